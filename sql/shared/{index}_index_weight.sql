-- What each possible answer of each run weighs. cell is run, indicator and answer in one number, by which millions of answers
-- find their weight; level is the order of the answer, 0 where the indicator does not apply, 31 where it was not answered.
-- Weights are whole numbers of 1e-10 points, so that no order of rows changes a sum. bit stands for the indicator in a set of answered ones.
with possible as (
    select k.*, l.answer, cast(l.level_order as integer) as level, cast(round(l.weight * 10000000000) as bigint) as weight, true as is_applicable
    from {index}_index_asked k
    join {index}_index_run r on r.run = k.run
    join clean_index_model_level l on l.model_id = r.model_id and l.model_version = r.model_version and l.indicator = k.indicator
    union all
    select k.*, 'not_applicable', 0, null, false from {index}_index_asked k
    union all
    select k.*, null, 31, null, true from {index}_index_asked k
)

select
    cast(run * 4096 + number * 32 + level as integer) as cell,
    run,
    index_round,
    number,
    indicator,
    scale,
    scale_number,
    sensitivity,
    answer,
    level,
    weight,
    max_weight,
    is_applicable,
    case when weight is not null then cast(power(2, number) as bigint) else 0 end as bit
from possible
