-- Breakdowns of a snapshot that do not add up to its total. Sub-districts and locations are those stated only.
with total as (
    select event_id, snapshot_number, emergency_measure, published_households as published, known_households as known
    from emergency_figure
    where figure_dimension = 'total'
),

part as (
    select event_id, snapshot_number, figure_dimension, level, emergency_measure, sum(published_households) as published, sum(known_households) as known
    from (
        -- what was not recorded at a destination belongs to both levels of areas
        select *, case when area = 'not recorded at a destination' and figure_dimension in ('origin', 'destination') then 'governorate' else figure_level end as level
        from emergency_figure
        union all
        select *, 'district' as level
        from emergency_figure
        where area = 'not recorded at a destination' and figure_dimension in ('origin', 'destination')
    )
    where level in ('national', 'governorate', 'district') and figure_dimension in ('origin', 'destination', 'shelter_group', 'camp_left')
    group by event_id, snapshot_number, figure_dimension, level, emergency_measure
)

select p.event_id, p.snapshot_number, p.figure_dimension, p.level, p.emergency_measure
from part as p
join total as t on p.event_id = t.event_id and p.snapshot_number = t.snapshot_number and p.emergency_measure = t.emergency_measure
where coalesce(p.published, 0) <> coalesce(t.published, 0) or coalesce(p.known, 0) <> coalesce(t.known, 0)
