-- Chains of corrections of which two rows are in force on a day, or none after the first is known.
with in_force as (
    select
        event_id, chain_id, movement_id, known_from, known_until,
        lag(known_until) over chain as before,
        row_number() over chain as position
    from emergency_movement
    where known_from is not null
    window chain as (partition by event_id, chain_id order by known_from, corrections, recorded_seq nulls first, movement_id)
)

select event_id, chain_id, movement_id
from in_force
where (position > 1 and (before is null or before <> known_from)) or known_until < known_from
union all
select event_id, chain_id, min(movement_id)
from in_force
group by event_id, chain_id
having sum(case when known_until is null then 1 else 0 end) <> 1
