-- Listed locations of the round whose coordinates are missing or outside of Iraq: they are not on the map.
with listed as (
    select 'idp' as population, l.round, l.longitude, l.latitude from idp_master_list l
    union all
    select 'returnee', l.round, l.longitude, l.latitude from returnee_master_list l
)

select
    l.population as key,
    l.population,
    count(*) filter (
        where not coalesce(
            l.latitude between {latitude_minimum} and {latitude_maximum} and l.longitude between {longitude_minimum} and {longitude_maximum}, false
        )
    ) as locations,
    'given' as status
from listed l
join this_round t on t.round = l.round
group by l.population
order by l.population
