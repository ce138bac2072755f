-- Locations whose points do not sum to their overall score.
with added as (
    select index_round, place_id, model_id, model_version, sum(points) as points
    from {index}_index_contribution
    group by index_round, place_id, model_id, model_version
)

select x.index_round, x.place_id, x.model_id, x.model_version
from {index}_index x
left join added a
    on a.index_round = x.index_round and a.place_id = x.place_id and a.model_id = x.model_id and a.model_version = x.model_version
where (x.overall is null) <> (a.points is null) or abs(x.overall - a.points) > 1e-9
