-- Shelter types with their report groups, by governorate. In a camp category the in-camp multiplier holds,
-- elsewhere the out-of-camp multiplier.
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
        b.households * m.persons_per_household as individuals
    from location_breakdown b
    join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    join listed_location p on p.round = b.round and p.population = b.population and p.place_id = b.place_id
    join shelter_type t on t.population = b.population and t.shelter_type = b.category
    join multiplier_rule m
        on m.population = b.population
        and m.setting = case when t.shelter_group = 'camp' then 'in_camp' else 'out_of_camp' end
        and b.round between m.first_round and coalesce(m.last_round, b.round)
    where e.is_latest_vintage and b.dimension = 'shelter'
)

select
    c.population,
    c.round,
    c.list_date,
    c.governorate,
    t.shelter_type,
    t.shelter_type_en,
    t.shelter_group,
    t.shelter_group_basis,
    cast(sum(c.households) as bigint) as households,
    cast(case when count(*) = count(c.individuals) then sum(c.individuals) end as bigint) as individuals,
    count(*) as locations,
    count(c.households) as reporting_locations,
    max(c.completeness) as completeness
from cell c
join shelter_type t on t.population = c.population and t.shelter_type = c.category
group by c.population, c.round, c.list_date, c.governorate, t.shelter_type, t.shelter_type_en, t.shelter_group, t.shelter_group_basis
having count(c.households) > 0
