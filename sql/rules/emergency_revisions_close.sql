-- Snapshots whose revisions do not lead from what was published to what is known now.
select f.event_id, f.snapshot_number
from emergency_figure as f
left join emergency_revision as r on f.event_id = r.event_id and f.snapshot_number = r.snapshot_number
where f.figure_dimension = 'total' and f.emergency_measure = 'cumulative'
group by f.event_id, f.snapshot_number, f.published_households, f.known_households, f.published_individuals, f.known_individuals
having coalesce(f.published_households, 0) + coalesce(sum(r.revised_households), 0) <> coalesce(f.known_households, 0)
    or coalesce(f.published_individuals, 0) + coalesce(sum(r.revised_individuals), 0) <> coalesce(f.known_individuals, 0)
