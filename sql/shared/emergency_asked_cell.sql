-- What holds on the day of a snapshot, as known on its other day, by all that it is broken down by.
with held as (
    select
        a.event_id, a.snapshot_number, a.headline_side, c.movement_effect, c.group_number, sum(c.moved_households) as households,
        sum(c.moved_individuals) as individuals
    from emergency_asked as a
    join emergency_cell as c on a.event_id = c.event_id
    where c.moved_on <= a.as_of and c.known_from <= a.known_at and (c.known_until is null or c.known_until > a.known_at)
    group by a.event_id, a.snapshot_number, a.headline_side, c.movement_effect, c.group_number
)

select
    g.{column}, -- each column that emergency figures are broken down by
    h.event_id, h.snapshot_number, h.headline_side, h.movement_effect, h.households, h.individuals
from held as h
join emergency_group as g on h.event_id = g.event_id and h.group_number = g.group_number
