-- Tracked households by place beside the change of the next master list there. Who is displaced stands beside the list of IDPs,
-- who returned beside that of returnees. Two sources side by side, never added. Those displaced by climate and returnees from abroad
-- are no part of the caseload of the lists.
with list as (
    select population, round, list_date, lag(list_date) over (partition by population order by round) as previous_list_date
    from (select distinct population, round, list_date from national_summary)
),

posted as (
    select
        e.event_id, e.destination_place_id, e.moved_on, e.moved_households * f.sign as households,
        e.moved_individuals * f.sign as individuals,
        case f.emergency_measure when 'current' then 'idp' else 'returnee' end as population
    from emergency_entry as e
    join emergency_effect as f on e.movement_effect = f.movement_effect
    join emergency_event as v on e.event_id = v.event_id
    where v.trigger <> 'drought' and v.event_population <> 'returnee_from_abroad'
        and e.known_until is null and e.destination_place_id is not null and f.emergency_measure in ('current', 'returned')
),

tracked as (
    select
        p.event_id, l.population, l.round, l.previous_list_date, l.list_date, p.destination_place_id,
        sum(p.households) as tracked_households, sum(p.individuals) as tracked_individuals
    from posted as p
    join list as l
        on p.population = l.population and l.previous_list_date is not null and p.moved_on > l.previous_list_date and p.moved_on <= l.list_date
    group by p.event_id, l.population, l.round, l.previous_list_date, l.list_date, p.destination_place_id
)

select
    t.event_id, t.population, t.round, t.previous_list_date, t.list_date, t.destination_place_id,
    cast(t.tracked_households as bigint) as tracked_households, cast(t.tracked_individuals as bigint) as tracked_individuals,
    c.previous_households, c.households, c.households_change, c.change_status
from tracked as t
left join master_list_change as c on t.population = c.population and t.round = c.round and t.destination_place_id = c.place_id
