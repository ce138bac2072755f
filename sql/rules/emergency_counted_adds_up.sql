-- Snapshots whose movements do not add up to the cumulative figure that was published.
with counted as (
    select event_id, snapshot_number, sum(published_households) as households, sum(published_individuals) as individuals
    from emergency_counted
    group by event_id, snapshot_number
)

select f.event_id, f.snapshot_number
from emergency_figure as f
left join counted as c on f.event_id = c.event_id and f.snapshot_number = c.snapshot_number
where f.figure_dimension = 'total' and f.emergency_measure = 'cumulative'
    and (coalesce(f.published_households, 0) <> coalesce(c.households, 0) or coalesce(f.published_individuals, 0) <> coalesce(c.individuals, 0))
