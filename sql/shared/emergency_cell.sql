-- The entries added up where only the movement differs: a snapshot need not look at each.
select
    e.event_id, g.group_number, e.movement_effect, e.moved_on, e.known_from, e.known_until, e.chain_known_from,
    cast(sum(e.moved_households) as bigint) as moved_households, cast(sum(e.moved_individuals) as bigint) as moved_individuals
from emergency_entry as e
join emergency_group as g
    on e.event_id = g.event_id
    and g.group_name = concat(
        coalesce(e.origin_governorate, ''), chr(31), coalesce(e.origin_district, ''), chr(31), coalesce(e.origin_subdistrict, ''), chr(31),
        coalesce(e.origin_place_id, ''), chr(31), coalesce(e.destination_governorate, ''), chr(31), coalesce(e.destination_district, ''), chr(31),
        coalesce(e.destination_subdistrict, ''), chr(31), coalesce(e.destination_place_id, ''), chr(31), coalesce(e.camp_left, ''), chr(31),
        coalesce(e.emergency_shelter_group, '')
    )
group by e.event_id, g.group_number, e.movement_effect, e.moved_on, e.known_from, e.known_until, e.chain_known_from
