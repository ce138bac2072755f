-- What each run asks: its indicators by number, in their alphabetical order.
with indicator as (
    select distinct model_id, model_version, indicator, scale, sensitivity, max_weight
    from clean_index_model_level
),

scale as (
    select distinct model_id, model_version, scale, scale_order from clean_index_model_category
)

select
    r.run,
    r.index_round,
    i.indicator,
    i.scale,
    cast(s.scale_order as integer) as scale_number,
    i.sensitivity,
    cast(round(i.max_weight * 10000000000) as bigint) as max_weight,
    cast(dense_rank() over (order by i.indicator) as integer) as number
from {index}_index_run r
join indicator i on i.model_id = r.model_id and i.model_version = r.model_version
join scale s on s.model_id = i.model_id and s.model_version = i.model_version and s.scale = i.scale
