-- What each possible answer weighs in each model. cell is model and answer in one number, by which millions of answers find their
-- weight. Weights are whole numbers of 1e-10 points, so that no order of rows changes a sum; what an answer counts as, and what it
-- leaves to the worst one, is 0 where there is no weight. bit stands for the indicator in a set of answered ones.
-- A line that ends in "-- each ... scale" stands for one line per scale.
with possible as (
    select
        cast(k.first_cell + c.answer_number as integer) as cell,
        k.model,
        k.number,
        k.indicator,
        k.scale,
        k.sensitivity,
        c.answer,
        cast(round(l.weight * 10000000000) as bigint) as weight,
        k.max_weight,
        c.answer is distinct from 'not_applicable' as is_applicable
    from {index}_index_asked k
    join clean_index_code c on c.index_name = '{index}' and c.indicator = k.indicator
    left join clean_index_model_level l
        on l.model_id = k.model_id and l.model_version = k.model_version and l.indicator = k.indicator and l.answer = c.answer
)

select
    *,
    coalesce(weight, 0) as counted,
    coalesce(max_weight - weight, 0) as left_over,
    case when weight is not null then cast(power(2, number) as bigint) else 0 end as bit,
    case when scale = '{scale}' and weight is not null then 1 else 0 end as {scale}_answered, -- each {index} scale
    case when scale = '{scale}' and is_applicable then 1 else 0 end as {scale}_applicable, -- each {index} scale
    case when scale = '{scale}' then coalesce(weight, 0) else 0 end as {scale}_counted, -- each {index} scale
    case when scale = '{scale}' and weight is not null then max_weight else 0 end as {scale}_answered_maximum, -- each {index} scale
    case when scale = '{scale}' and is_applicable then max_weight else 0 end as {scale}_applicable_maximum, -- each {index} scale
from possible
