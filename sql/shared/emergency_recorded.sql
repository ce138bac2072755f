-- Rows of the ledger, every movement once.
select m.*
from clean_emergency_movement as m
left join emergency_repeated as r
    on m.event_id = r.event_id and m.movement_id = r.movement_id and m.receipt = r.receipt and m.source_row = r.source_row
where coalesce(r.version, 1) = 1
