-- Each location of a round (is_now) and of the one before (not is_now) with the unit as which it is compared.
with sided as (
    select pair, index_round, index_round as own_round, model_id, model_version, true as is_now from {index}_index_pair
    union all
    select pair, index_round, previous_index_round, model_id, model_version, false from {index}_index_pair
)

select
    p.pair,
    p.is_now,
    coalesce(s.unit, x.place_id) as unit,
    x.place_id,
    x.governorate,
    x.district,
    x.assessed,
    x.category,
    x.report_group,
    x.{people}
from sided p
join {index}_index x on x.index_round = p.own_round and x.model_id = p.model_id and x.model_version = p.model_version
left join {index}_index_successor s on s.index_round = p.index_round and s.place_id = x.place_id
where p.is_now or x.assessed
