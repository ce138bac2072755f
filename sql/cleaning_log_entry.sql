-- The cleaning log: every decision, append-only, with what it does now.
select
    round,
    journal_number,
    log_row,
    uuid,
    question,
    issue,
    old_value,
    new_value,
    change_type,
    check_id,
    check_binding,
    comment,
    query_status,
    assigned_team,
    due_at,
    reviewer,
    decided_at,
    effect
from clean_cleaning_log_entry
