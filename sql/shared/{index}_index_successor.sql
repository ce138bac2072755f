-- Which locations are compared as one between a round and the one before: those that replace others, with these.
-- side: now for locations of the round, before for those of the round before. Locations that nothing replaces are their own.
with replaced as (
    select p.index_round, p.previous_index_round, l.place_id, l.replaced_place_id
    from (select distinct index_round, previous_index_round from {index}_index_pair) p
    join clean_index_lineage l on l.index_name = '{index}' and l.index_round = p.index_round
),

surviving as ( -- a location that is replaced in part is still there
    select r.index_round, r.previous_index_round, r.replaced_place_id as place_id, r.replaced_place_id
    from replaced r
    join clean_index_place p on p.index_name = '{index}' and p.index_round = r.index_round and p.place_id = r.replaced_place_id
),

edge as (
    select * from replaced
    union
    select * from surviving
),

before as (
    select index_round, replaced_place_id as place_id, min(place_id) as unit
    from edge
    group by index_round, replaced_place_id
)

select index_round, 'before' as side, place_id, unit from before
union all
select e.index_round, 'now', e.place_id, min(b.unit)
from edge e
join before b on b.index_round = e.index_round and b.place_id = e.replaced_place_id
group by e.index_round, e.place_id
