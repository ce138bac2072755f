-- Rows of deliveries that were set aside.
select receipt, event_as_given, movement_as_given, rule, detail, source_sheet, source_row, sha256, source_file
from clean_emergency_quarantine
