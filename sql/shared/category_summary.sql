-- Each category of each margin by governorate, newest vintages; individuals by each location's own multiplier, not known
-- where that is no whole number or a cell is not known.
with cell as (
    select
        b.*,
        p.list_date,
        p.governorate,
        p.governorate_pcode,
        p.completeness,
        case when p.individuals % p.households = 0 then b.households * cast(p.individuals / p.households as bigint) end as individuals
    from location_breakdown b
    join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    join listed_location p on p.round = b.round and p.population = b.population and p.place_id = b.place_id
    where e.is_latest_vintage
)

select
    population,
    round,
    list_date,
    governorate,
    governorate_pcode,
    dimension,
    category,
    cast(sum(households) as bigint) as households,
    cast(case when count(*) = count(individuals) then sum(individuals) end as bigint) as individuals,
    count(*) as locations,
    count(households) as reporting_locations,
    max(completeness) as completeness
from cell
group by population, round, list_date, governorate, governorate_pcode, dimension, category
having count(households) > 0
