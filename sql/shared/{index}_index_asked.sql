-- What each model asks: its indicators by number, in their alphabetical order.
with model as (
    select distinct model, first_cell, model_id, model_version from {index}_index_run
),

indicator as (
    select distinct model_id, model_version, indicator, scale, sensitivity, max_weight
    from clean_index_model_level
)

select
    m.model,
    m.first_cell,
    m.model_id,
    m.model_version,
    i.indicator,
    i.scale,
    i.sensitivity,
    cast(round(i.max_weight * 10000000000) as bigint) as max_weight,
    cast(row_number() over (partition by m.model order by i.indicator) as integer) as number
from model m
join indicator i on i.model_id = m.model_id and i.model_version = m.model_version
