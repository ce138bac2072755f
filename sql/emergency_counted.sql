-- What published snapshots counted, movement by movement.
select event_id, snapshot_number, movement_id, published_households, published_individuals
from clean_emergency_counted
