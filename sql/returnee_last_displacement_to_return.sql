-- From where to where, by governorate; individuals by each location's own multiplier.
with cell as (
    select
        b.population,
        b.round,
        b.category,
        p.list_date,
        p.governorate,
        p.governorate_pcode,
        p.completeness,
        b.households,
        case when p.individuals % p.households = 0 then b.households * cast(p.individuals / p.households as bigint) end as individuals
    from location_breakdown b
    join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    join listed_location p on p.round = b.round and p.population = b.population and p.place_id = b.place_id
    where e.is_latest_vintage and b.dimension = 'last_displacement'
)

select
    c.round,
    c.list_date,
    o.governorate as last_displacement_governorate,
    o.governorate_pcode as last_displacement_governorate_pcode,
    c.governorate,
    c.governorate_pcode,
    cast(sum(c.households) as bigint) as households,
    cast(case when count(*) = count(c.individuals) then sum(c.individuals) end as bigint) as individuals,
    count(*) as locations,
    count(c.households) as reporting_locations,
    max(c.completeness) as completeness
from cell c
join governorate o on o.governorate_code = c.category
where c.population = 'returnee'
group by c.round, c.list_date, o.governorate, o.governorate_pcode, c.governorate, c.governorate_pcode
having count(c.households) > 0
