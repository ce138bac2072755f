-- The entries added up where only the movement differs: a snapshot need not look at each.
select
    e.event_id, g.group_number, e.movement_effect, e.moved_on, e.known_from, e.known_until, e.chain_known_from,
    cast(sum(e.moved_households) as bigint) as moved_households, cast(sum(e.moved_individuals) as bigint) as moved_individuals
from emergency_entry as e
join emergency_group as g
    on e.event_id = g.event_id
    and g.group_name = concat(
        coalesce(e.{column}, ''), chr(31), -- each column that emergency figures are broken down by
        e.event_id
    )
group by e.event_id, g.group_number, e.movement_effect, e.moved_on, e.known_from, e.known_until, e.chain_known_from
