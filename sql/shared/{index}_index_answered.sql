-- Every indicator of every run at every location with answers: what was answered, and what it weighs.
-- Weights are exact decimals, so that no order of rows changes a sum.
with named as (
    select distinct indicator, number from {index}_index_asked
),

given as (
    select i.item * 64 + n.number as cell, a.answer
    from clean_index_answer a
    join {index}_index_item i on i.index_round = a.index_round and i.place_id = a.place_id
    join named n on n.indicator = a.indicator
    where a.index_name = '{index}'
),

weighing as (
    select r.run, n.number, l.answer, cast(l.weight as decimal(18, 12)) as weight
    from {index}_index_run r
    join clean_index_model_level l on l.model_id = r.model_id and l.model_version = r.model_version
    join named n on n.indicator = l.indicator
)

select
    k.run,
    i.item,
    k.number,
    k.scale,
    g.answer,
    w.weight,
    k.max_weight
from {index}_index_item i
join {index}_index_asked k on k.index_round = i.index_round
left join given g on g.cell = i.item * 64 + k.number
left join weighing w on w.run = k.run and w.number = k.number and w.answer = g.answer
