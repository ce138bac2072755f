-- Published snapshots with their clearance.
select
    event_id, snapshot_number, as_of, known_at, headline_side, previous_snapshot, previous_as_of, previous_known_at,
    snapshot_sha256, drafted_by, cleared_by, cleared_role, clearance_note, clearance_account, cleared_on, is_self_cleared,
    is_withdrawn
from clean_emergency_snapshot
