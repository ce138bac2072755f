-- The overall score of each location by the combination rule of the model, from the scores of its scales.
-- A line that ends in "-- each ... scale" stands for one line per scale.
with side_by_side as (
    select
        s.run,
        s.item,
        max(h.rule) as rule,
        max(h.share) filter (where s.scale = '{scale}') as {scale}_share, -- each {index} scale
        max(s.score) filter (where s.scale = '{scale}') as {scale}, -- each {index} scale
        max(s.score_min) filter (where s.scale = '{scale}') as {scale}_min, -- each {index} scale
        max(s.score_max) filter (where s.scale = '{scale}') as {scale}_max, -- each {index} scale
        max(s.answered) filter (where s.scale = '{scale}') as {scale}_answered, -- each {index} scale
        max(s.applicable) filter (where s.scale = '{scale}') as {scale}_applicable, -- each {index} scale
        max(s.reason) filter (where s.scale = '{scale}') as {scale}_reason, -- each {index} scale
        max(s.points) filter (where s.scale = '{scale}') as {scale}_points, -- each {index} scale
        max(s.answered_maximum) filter (where s.scale = '{scale}') as {scale}_answered_maximum, -- each {index} scale
        max(s.applicable_maximum) filter (where s.scale = '{scale}') as {scale}_applicable_maximum, -- each {index} scale
        cast(sum(s.answered_set) as bigint) as answered_set
    from {index}_index_scale s
    join {index}_index_share h on h.run = s.run and h.scale_number = s.scale_number
    group by s.run, s.item
),

missing as (
    select
        *,
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
    from side_by_side
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
    rule,
    {scale}, -- each {index} scale
    {scale}_min, -- each {index} scale
    {scale}_max, -- each {index} scale
    {scale}_answered, -- each {index} scale
    {scale}_applicable, -- each {index} scale
    {scale}_reason, -- each {index} scale
    answered_set,
    answered_maximum,
    reason,
    largest_scale,
    case when overall > 100 then 100 else overall end as overall, -- sums of shares may pass it by the last digit
    case when overall_min > 100 then 100 else overall_min end as overall_min,
    case when overall_max > 100 then 100 else overall_max end as overall_max
from combined
