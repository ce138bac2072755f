-- Emergency tracking: what did each published snapshot say, and what is known of the same day now?
-- Units: households and individuals of an event: flows, never added to the stock of a master list. What was published never changes.
-- Question 13 says why the two differ.
select
    f.event_id, e.event_name, f.snapshot_number, f.as_of, f.emergency_measure, f.published_households, f.known_households,
    f.published_individuals, f.known_individuals
from emergency_figure as f
join emergency_event as e on e.event_id = f.event_id
where f.figure_dimension = 'total'
order by f.event_id, f.snapshot_number, f.emergency_measure
