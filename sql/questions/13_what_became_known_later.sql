-- Emergency tracking: why is a published figure another one now? By cause, with the number of rows behind it.
-- Unit: households. What was published never changes; published + revised = known now.
select
    f.event_id, f.snapshot_number, f.published_households, f.known_households, r.revision, count(r.movement_id) as rows,
    sum(r.revised_households) as revised_households
from emergency_figure as f
left join emergency_revision as r on f.event_id = r.event_id and f.snapshot_number = r.snapshot_number
where f.figure_dimension = 'total' and f.emergency_measure = 'cumulative'
group by f.event_id, f.snapshot_number, f.published_households, f.known_households, r.revision
order by f.event_id, f.snapshot_number, r.revision
