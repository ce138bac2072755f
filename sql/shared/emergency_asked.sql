-- The snapshots whose figures are asked for: those published, as known now. (A snapshot on its own asks for itself in place of these.)
select
    event_id, snapshot_number, headline_side, as_of, date '9999-12-31' as known_at, previous_as_of,
    coalesce(previous_known_at, date '0001-01-01') as previous_known_at
from clean_emergency_snapshot
