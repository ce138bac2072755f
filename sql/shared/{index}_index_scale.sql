-- The score of each scale at each location, or why there is none; the lowest and highest that unanswered indicators allow.
-- A line that ends in "-- each ... scale" stands for one line per scale.
with added as (
    select
        a.run,
        a.item,
        cast(sum(w.bit) as bigint) as answered_set,
        sum(w.{scale}_answered) as {scale}_answered, -- each {index} scale
        sum(w.{scale}_applicable) as {scale}_applicable, -- each {index} scale
        cast(sum(w.{scale}_counted) as double) / 10000000000 as {scale}_points, -- each {index} scale
        cast(sum(w.{scale}_answered_maximum) as double) / 10000000000 as {scale}_answered_maximum, -- each {index} scale
        cast(sum(w.{scale}_applicable_maximum) as double) / 10000000000 as {scale}_applicable_maximum, -- each {index} scale
    from {index}_index_answered a
    join {index}_index_weight w on w.cell = a.cell
    group by a.run, a.item
),

judged as (
    select
        a.*,
        case when a.{scale}_applicable < m.min_applicable_indicators then 'too_few_applicable' when a.{scale}_answered + 1e-9 < m.min_answered_share * a.{scale}_applicable then 'too_few_answered' when a.{scale}_answered_maximum = 0 then 'zero_weight' end as {scale}_reason, -- each {index} scale
    from added a
    join {index}_index_run r on r.run = a.run
    join clean_index_model m on m.model_id = r.model_id and m.model_version = r.model_version
)

select
    *,
    case when {scale}_reason is null then least(100 * {scale}_points / {scale}_answered_maximum, 100) end as {scale}, -- each {index} scale
    case when {scale}_applicable_maximum > 0 then least(100 * {scale}_points / {scale}_applicable_maximum, 100) end as {scale}_min, -- each {index} scale
    case when {scale}_applicable_maximum > 0 then least(100 * ({scale}_points + ({scale}_applicable_maximum - {scale}_answered_maximum)) / {scale}_applicable_maximum, 100) end as {scale}_max, -- each {index} scale
from judged
