-- Breakdowns of a snapshot that do not add up to its total. Sub-districts and locations are those stated only.
with figure as (
    select
        event_id, snapshot_number, figure_dimension, figure_level, area, emergency_measure,
        coalesce(published_households, 0) as published_households, coalesce(published_individuals, 0) as published_individuals,
        coalesce(known_households, 0) as known_households, coalesce(known_individuals, 0) as known_individuals
    from emergency_figure
),

-- what was not recorded at a destination belongs to both levels of areas
levelled as (
    select *, case when area = 'not recorded at a destination' and figure_dimension in ('origin', 'destination') then 'governorate' else figure_level end as level
    from figure
    where figure_dimension not in ('total', 'period')
    union all
    select *, 'district' as level
    from figure
    where area = 'not recorded at a destination' and figure_dimension in ('origin', 'destination')
),

part as (
    select
        event_id, snapshot_number, figure_dimension, level, emergency_measure, sum(published_households) as published_households,
        sum(published_individuals) as published_individuals, sum(known_households) as known_households,
        sum(known_individuals) as known_individuals
    from levelled
    where level in ('national', 'governorate', 'district')
    group by event_id, snapshot_number, figure_dimension, level, emergency_measure
)

-- current of pairs is that of those seen at a destination
select p.event_id, p.snapshot_number, p.figure_dimension, p.level, p.emergency_measure
from part as p
left join figure as t
    on p.event_id = t.event_id and p.snapshot_number = t.snapshot_number and p.emergency_measure = t.emergency_measure and t.figure_dimension = 'total'
where (p.figure_dimension <> 'origin_to_destination' or p.emergency_measure <> 'current') and (
    t.event_id is null or p.published_households <> t.published_households or p.published_individuals <> t.published_individuals
    or p.known_households <> t.known_households or p.known_individuals <> t.known_individuals
)
