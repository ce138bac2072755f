-- Shelter types with their report groups, by governorate. In a camp category the in-camp multiplier holds,
-- elsewhere the out-of-camp multiplier.
select
    c.population,
    c.round,
    c.list_date,
    c.governorate,
    t.shelter_type,
    t.shelter_type_en,
    t.shelter_group,
    t.shelter_group_basis,
    c.households,
    case
        when c.reporting_locations = c.locations then c.households * case when t.shelter_group = 'camp' then r.in_camp else r.out_of_camp end
    end as individuals,
    c.locations,
    c.reporting_locations,
    c.completeness
from category_summary c
join shelter_type t on t.population = c.population and t.shelter_type = c.category
join round_multiplier r on r.population = c.population and r.round = c.round
where c.dimension = 'shelter'
