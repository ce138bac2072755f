-- Where each row of the ledger was received.
select event_id, movement_id, receipt, sha256, source_file, source_sheet, source_row, submission_uuid
from clean_emergency_movement
