-- IDPs in camps in the round and in the round held before.
with listed as (
    select
        n.round,
        n.households_in_camp,
        n.individuals_in_camp,
        n.individuals_status,
        lag(n.round) over (order by n.round) as previous_round,
        lag(n.households_in_camp) over (order by n.round) as previous_households,
        lag(n.individuals_status) over (order by n.round) as previous_status
    from national_summary n
    join this_round t on n.round <= t.round
    where n.population = 'idp'
)

select
    'idp' as key,
    l.previous_round,
    l.households_in_camp,
    l.individuals_in_camp,
    l.households_in_camp - l.previous_households as households_change,
    l.individuals_status as households_in_camp_status,
    l.individuals_status as individuals_in_camp_status,
    greatest(l.individuals_status, l.previous_status) as households_change_status
from listed l
join this_round t on t.round = l.round
