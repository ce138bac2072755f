-- Movements without a source, and sources without a movement.
select coalesce(m.event_id, s.event_id) as event_id, coalesce(m.movement_id, s.movement_id) as movement_id
from emergency_movement as m
full join (select distinct event_id, movement_id from emergency_source_record) as s
    on m.event_id = s.event_id and m.movement_id = s.movement_id
where m.movement_id is null or s.movement_id is null
