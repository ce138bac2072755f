-- Every indicator of every run at every location with answers: the number of what was answered.
with named as (
    select distinct indicator, number from {index}_index_asked
),

given as (
    select i.item, i.index_round, n.number, a.answer
    from clean_index_answer a
    join named n on n.indicator = a.indicator
    join {index}_index_item i on i.item = a.place_number
    where a.index_name = '{index}'
),

said as ( -- which indicators were answered at each location, or do not apply, as one number with a bit for each
    select item, cast(sum(cast(power(2, number) as bigint)) as bigint) as numbers from given group by item
)

select w.run, g.item, g.number, w.cell
from given g
join {index}_index_weight w on w.index_round = g.index_round and w.number = g.number and w.answer = g.answer
union all
select w.run, i.item, w.number, w.cell
from {index}_index_item i
join {index}_index_weight w on w.index_round = i.index_round and w.answer is null
left join said s on s.item = i.item
where cast(floor(coalesce(s.numbers, 0) / power(2, w.number)) as bigint) % 2 = 0
