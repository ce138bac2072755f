-- What each run asks: its indicators by number, in their alphabetical order.
with indicator as (
    select distinct model_id, model_version, indicator, scale, sensitivity, max_weight
    from clean_index_model_level
)

select
    r.run,
    r.index_round,
    i.indicator,
    i.scale,
    i.sensitivity,
    cast(i.max_weight as decimal(18, 12)) as max_weight,
    cast(dense_rank() over (order by i.indicator) as integer) as number
from {index}_index_run r
join indicator i on i.model_id = r.model_id and i.model_version = r.model_version
