-- The change of a snapshot against the one before, two ways. As the reports print it: rows recorded since, and the effect of
-- corrections. In truth: what moved since, and the revisions of the figure before (late rows, corrections).
with seen as (
    select
        a.event_id, a.snapshot_number, a.headline_side, c.movement_effect, c.moved_households, c.moved_individuals,
        case when c.known_from <= a.known_at and (c.known_until is null or c.known_until > a.known_at) then 1 else 0 end as is_now,
        case when c.known_from <= a.previous_known_at and (c.known_until is null or c.known_until > a.previous_known_at) then 1 else 0 end as was_then,
        c.moved_on <= a.previous_as_of as is_before,
        c.chain_known_from > a.previous_known_at as is_new
    from emergency_asked as a
    join emergency_cell as c on a.event_id = c.event_id
    where c.moved_on <= a.as_of
),

-- entries of the same kind together, so that what follows looks at few rows
kind as (
    select
        event_id, snapshot_number, headline_side, movement_effect, is_now, was_then, is_before, is_new,
        sum(moved_households) as households, sum(moved_individuals) as individuals
    from seen
    where is_now + was_then > 0
    group by event_id, snapshot_number, headline_side, movement_effect, is_now, was_then, is_before, is_new
),

part as (
    select *, 'net_change' as period, is_now - case when is_before then was_then else 0 end as sign from kind
    union all
    select *, 'as_printed' as period, is_now as sign from kind where is_new
    union all
    select *, 'corrected' as period, is_now - was_then as sign from kind where not is_new
    union all
    select *, 'known_before' as period, was_then as sign from kind where not is_before
    union all
    select *, 'true' as period, is_now as sign from kind where not is_before
    union all
    select *, 'revised_late' as period, is_now as sign from kind where is_before and is_new
    union all
    select *, 'revised_corrected' as period, is_now - was_then as sign from kind where is_before and not is_new
)

select
    event_id, snapshot_number, headline_side, movement_effect, period, sum(households * sign) as households,
    sum(individuals * sign) as individuals
from part
where sign <> 0
group by event_id, snapshot_number, headline_side, movement_effect, period
