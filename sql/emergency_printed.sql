-- Figures as reports printed them, beside those of the published snapshot of the same day.
with snapshot as (
    select event_id, as_of, max(snapshot_number) as snapshot_number
    from clean_emergency_snapshot
    where not is_withdrawn
    group by event_id, as_of
),

figure as (
    select
        event_id, snapshot_number,
        case figure_dimension when 'period' then concat('period_', area) else emergency_measure end as printed_measure,
        published_households, published_individuals, known_households, known_individuals
    from emergency_figure
    where figure_dimension = 'total' or (figure_dimension = 'period' and emergency_measure = 'cumulative')
)

select
    p.event_id, p.report, p.as_of, p.printed_measure, p.printed_households, p.printed_individuals, p.note, p.source,
    s.snapshot_number, f.published_households, f.published_individuals, f.known_households, f.known_individuals,
    case
        when f.snapshot_number is null then 'not held'
        when (p.printed_households is not null and f.published_households is null) or (p.printed_individuals is not null and f.published_individuals is null)
            then 'not known'
        when (p.printed_households is null or p.printed_households = f.published_households)
            and (p.printed_individuals is null or p.printed_individuals = f.published_individuals) then 'equal'
        else 'different'
    end as printed_status
from clean_emergency_printed as p
left join snapshot as s on p.event_id = s.event_id and p.as_of = s.as_of
left join figure as f on s.event_id = f.event_id and s.snapshot_number = f.snapshot_number and p.printed_measure = f.printed_measure
