-- The movements that the cumulative figure of the snapshots asked for counts, with what each adds to it.
select
    a.event_id, a.snapshot_number, e.movement_id, cast(sum(h.sign * f.sign * e.moved_households) as bigint) as households,
    cast(sum(h.sign * f.sign * e.moved_individuals) as bigint) as individuals
from emergency_asked as a
join emergency_entry as e on a.event_id = e.event_id
join emergency_effect as f on e.movement_effect = f.movement_effect
join emergency_headline as h on a.headline_side = h.headline_side and f.emergency_measure = h.emergency_measure
where h.headline_measure = 'cumulative'
    and e.moved_on <= a.as_of and e.known_from <= a.known_at and (e.known_until is null or e.known_until > a.known_at)
group by a.event_id, a.snapshot_number, e.movement_id
