-- The overall score of each location by the combination rule of the model, from the scores of its scales. The factors are what one
-- point of weight adds to the score of its scale, and to the overall score, as a share of the highest score.
-- A line that ends in "-- each ... scale" stands for one line per scale.
with shared as (
    select
        run,
        max(rule) as rule,
        max(share) filter (where scale = '{scale}') as {scale}_share, -- each {index} scale
    from {index}_index_share
    group by run
),

missing as (
    select
        s.*,
        h.rule,
        h.{scale}_share, -- each {index} scale
        nullif(concat_ws(';',
            case when {scale} is null and ({scale}_share > 0 or rule in ('max', 'pooled')) then 'scale_missing:{scale}' end, -- each {index} scale
            null
        ), '') as reason,
        0.0
        + {scale}_answered_maximum -- each {index} scale
        as answered_maximum,
        0.0
        + {scale}_applicable_maximum -- each {index} scale
        as applicable_maximum,
        0.0
        + {scale}_points -- each {index} scale
        as points,
        0.0
        + coalesce({scale}, 0) * {scale}_share -- each {index} scale
        as shared_score,
        case when
            {scale}_share > 0 and {scale}_min is null or -- each {index} scale
            false
        then null else 0.0
        + coalesce({scale}_min, 0) * {scale}_share -- each {index} scale
        end as shared_min,
        case when
            {scale}_share > 0 and {scale}_max is null or -- each {index} scale
            false
        then null else 0.0
        + coalesce({scale}_max, 0) * {scale}_share -- each {index} scale
        end as shared_max,
        greatest(
            {scale}, -- each {index} scale
            -1
        ) as largest,
        greatest(
            {scale}_min, -- each {index} scale
            -1
        ) as largest_min,
        greatest(
            {scale}_max, -- each {index} scale
            -1
        ) as largest_max,
        case
            when {scale}_min is null then true -- each {index} scale
            else false
        end as lacks_bound
    from {index}_index_scale s
    join shared h on h.run = s.run
),

combined as (
    select
        *,
        case
            when reason is not null then null
            when rule = 'max' then largest
            when rule = 'pooled' then 100 * points / answered_maximum
            else shared_score
        end as overall,
        case
            when rule = 'max' then case when not lacks_bound then largest_min end
            when rule = 'pooled' then case when applicable_maximum > 0 then 100 * points / applicable_maximum end
            else shared_min
        end as overall_min,
        case
            when rule = 'max' then case when not lacks_bound then largest_max end
            when rule = 'pooled'
                then case when applicable_maximum > 0 then 100 * (points + (applicable_maximum - answered_maximum)) / applicable_maximum end
            else shared_max
        end as overall_max,
        case
            when {scale} = largest then '{scale}' -- each {index} scale
            else ''
        end as largest_scale
    from missing
)

select
    run,
    item,
    {scale}, -- each {index} scale
    {scale}_min, -- each {index} scale
    {scale}_max, -- each {index} scale
    {scale}_answered, -- each {index} scale
    {scale}_applicable, -- each {index} scale
    {scale}_reason, -- each {index} scale
    case when {scale} is not null then 1 / {scale}_answered_maximum end as {scale}_scale_factor, -- each {index} scale
    case when overall is null then null when rule = 'pooled' then 1 / answered_maximum when {scale}_answered_maximum = 0 then 0 when rule = 'max' then case when largest_scale = '{scale}' then 1 / {scale}_answered_maximum else 0 end else {scale}_share / {scale}_answered_maximum end as {scale}_factor, -- each {index} scale
    answered_set,
    reason,
    case when overall > 100 then 100 else overall end as overall, -- sums of shares may pass it by the last digit
    case when overall_min > 100 then 100 else overall_min end as overall_min,
    case when overall_max > 100 then 100 else overall_max end as overall_max
from combined
