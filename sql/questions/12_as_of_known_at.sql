-- Emergency tracking: how many households were displaced by each event until a day, as was known on another day? current is of those
-- seen at a destination; where cumulative counts departures, current as a whole is departed minus returned.
select e.event_id, f.emergency_measure, sum(f.sign * e.moved_households) as households
from emergency_entry as e
join emergency_effect as f on e.movement_effect = f.movement_effect
where e.moved_on <= date '2020-12-20'
    and e.known_from <= date '2020-12-20' and (e.known_until is null or e.known_until > date '2020-12-20')
    and f.emergency_measure in ('departed', 'arrived', 'current', 'returned')
group by e.event_id, f.emergency_measure
order by e.event_id, f.emergency_measure
