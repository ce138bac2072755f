-- The score of each scale at each location, or why there is none; the lowest and highest that unanswered indicators allow.
with added as (
    select
        run,
        item,
        scale,
        count(weight) as answered,
        count(*) - count(*) filter (where answer = 'not_applicable') as applicable,
        cast(coalesce(sum(weight), 0) as double) as points,
        cast(coalesce(sum(case when weight is not null then max_weight end), 0) as double) as answered_maximum,
        cast(coalesce(sum(case when answer is null or answer <> 'not_applicable' then max_weight end), 0) as double) as applicable_maximum,
        cast(sum(case when weight is not null then power(2, number) else 0 end) as bigint) as answered_set
    from {index}_index_answered
    group by run, item, scale
),

judged as (
    select
        a.*,
        case
            when a.applicable < m.min_applicable_indicators then 'too_few_applicable'
            when a.answered + 1e-9 < m.min_answered_share * a.applicable then 'too_few_answered'
            when a.answered_maximum = 0 then 'zero_weight'
        end as reason
    from added a
    join {index}_index_run r on r.run = a.run
    join clean_index_model m on m.model_id = r.model_id and m.model_version = r.model_version
)

select
    *,
    case when reason is null then 100 * points / answered_maximum end as score,
    case when applicable_maximum > 0 then 100 * points / applicable_maximum end as score_min,
    case when applicable_maximum > 0
        then 100 * (points + (applicable_maximum - answered_maximum)) / applicable_maximum
    end as score_max
from judged
