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
    case when c.reporting_locations = c.locations then c.households * m.persons_per_household end as individuals,
    c.locations,
    c.reporting_locations,
    c.completeness
from category_summary c
join shelter_type t on t.population = c.population and t.shelter_type = c.category
join multiplier_rule m
    on m.population = c.population
    and m.setting = case when t.shelter_group = 'camp' then 'in_camp' else 'out_of_camp' end
    and c.round between m.first_round and coalesce(m.last_round, c.round)
where c.dimension = 'shelter'
