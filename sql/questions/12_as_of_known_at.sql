-- Emergency tracking: how many households were displaced by each event until a day, as was known on another day?
-- Unit: households, flows of an event; never added to the stock of a master list. cumulative and current are made of the others as
-- table emergency_headline says. The two dates stand in the first part.
with figure as (
    select e.event_id, f.emergency_measure, sum(f.sign * e.moved_households) as households
    from emergency_entry as e
    join emergency_effect as f on e.movement_effect = f.movement_effect
    where e.moved_on <= date '2020-12-20'
        and e.known_from <= date '2020-12-20' and (e.known_until is null or e.known_until > date '2020-12-20')
        and f.emergency_measure in ('departed', 'arrived', 'returned')
    group by e.event_id, f.emergency_measure
)

select event_id, emergency_measure, households from figure
union all
select f.event_id, h.headline_measure, sum(h.sign * f.households)
from figure as f
join emergency_event as v on f.event_id = v.event_id
join emergency_headline as h on v.headline_side = h.headline_side and f.emergency_measure = h.emergency_measure
group by f.event_id, h.headline_measure
order by event_id, emergency_measure
