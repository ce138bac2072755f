-- The figures of published snapshots, beside those of the same day as known now. What was printed on a period has no other value
-- now; what truly moved in it has.
with published as (
    select f.*, s.as_of
    from clean_emergency_figure as f
    join clean_emergency_snapshot as s on f.event_id = s.event_id and f.snapshot_number = s.snapshot_number
),

known as (
    select f.*, s.as_of
    from emergency_asked_figure as f
    join clean_emergency_snapshot as s on f.event_id = s.event_id and f.snapshot_number = s.snapshot_number
    where f.figure_dimension <> 'period' or f.area = 'true'
)

select
    coalesce(p.event_id, k.event_id) as event_id, coalesce(p.snapshot_number, k.snapshot_number) as snapshot_number,
    coalesce(p.as_of, k.as_of) as as_of, coalesce(p.figure_dimension, k.figure_dimension) as figure_dimension,
    coalesce(p.figure_level, k.figure_level) as figure_level, coalesce(p.area, k.area) as area,
    coalesce(p.emergency_measure, k.emergency_measure) as emergency_measure,
    coalesce(p.origin_governorate, k.origin_governorate) as origin_governorate,
    coalesce(p.origin_district, k.origin_district) as origin_district,
    coalesce(p.destination_governorate, k.destination_governorate) as destination_governorate,
    coalesce(p.destination_district, k.destination_district) as destination_district,
    p.published_households, p.published_individuals, k.households as known_households, k.individuals as known_individuals
from published as p
full join known as k
    on p.event_id = k.event_id and p.snapshot_number = k.snapshot_number and p.figure_dimension = k.figure_dimension
    and p.figure_level = k.figure_level and p.area = k.area and p.emergency_measure = k.emergency_measure
