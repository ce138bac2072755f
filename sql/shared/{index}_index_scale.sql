-- The score of each scale at each location, or why there is none; the lowest and highest that unanswered indicators allow.
with added as (
    select
        a.run,
        a.item,
        w.scale_number,
        count(w.weight) as answered,
        sum(case when w.is_applicable then 1 else 0 end) as applicable,
        cast(coalesce(sum(w.weight), 0) as double) / 10000000000 as points,
        cast(coalesce(sum(case when w.weight is not null then w.max_weight end), 0) as double) / 10000000000 as answered_maximum,
        cast(coalesce(sum(case when w.is_applicable then w.max_weight end), 0) as double) / 10000000000 as applicable_maximum,
        cast(sum(w.bit) as bigint) as answered_set
    from {index}_index_answered a
    join {index}_index_weight w on w.cell = a.cell
    group by a.run, a.item, w.scale_number
),

judged as (
    select
        a.*,
        h.scale,
        case
            when a.applicable < m.min_applicable_indicators then 'too_few_applicable'
            when a.answered + 1e-9 < m.min_answered_share * a.applicable then 'too_few_answered'
            when a.answered_maximum = 0 then 'zero_weight'
        end as reason
    from added a
    join {index}_index_run r on r.run = a.run
    join clean_index_model m on m.model_id = r.model_id and m.model_version = r.model_version
    join {index}_index_share h on h.run = a.run and h.scale_number = a.scale_number
)

select
    *,
    case when reason is null then least(100 * points / answered_maximum, 100) end as score,
    case when applicable_maximum > 0 then least(100 * points / applicable_maximum, 100) end as score_min,
    case when applicable_maximum > 0
        then least(100 * (points + (applicable_maximum - answered_maximum)) / applicable_maximum, 100)
    end as score_max
from judged
