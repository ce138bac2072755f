-- The circle of a governorate on the map: in the middle of its listed locations, as large as its individuals.
with listed as (
    select 'idp' as population, l.round, l.governorate, l.longitude, l.latitude from idp_master_list l
    union all
    select 'returnee', l.round, l.governorate, l.longitude, l.latitude from returnee_master_list l
),

middle as (
    select
        l.population,
        l.governorate,
        cast(sum(cast(round(l.longitude * 100) as bigint)) as double) / count(*) as longitude_hundredths,
        cast(sum(cast(round(l.latitude * 100) as bigint)) as double) / count(*) as latitude_hundredths
    from listed l
    join this_round t on t.round = l.round
    where l.latitude between {latitude_minimum} and {latitude_maximum} and l.longitude between {longitude_minimum} and {longitude_maximum}
    group by l.population, l.governorate
)

select m.population || '/' || m.governorate as key, m.population, m.governorate, m.longitude_hundredths, m.latitude_hundredths, g.individuals, g.individuals_status
from middle m
join governorate_summary g on g.population = m.population and g.governorate = m.governorate
join this_round t on t.round = g.round
order by m.population, g.individuals desc, m.governorate
