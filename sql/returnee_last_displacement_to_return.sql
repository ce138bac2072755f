-- From where to where, by governorate; individuals by each location's own multiplier.
select
    c.round,
    c.list_date,
    o.governorate as last_displacement_governorate,
    o.governorate_pcode as last_displacement_governorate_pcode,
    c.governorate,
    c.governorate_pcode,
    c.households,
    c.individuals,
    c.locations,
    c.reporting_locations,
    c.completeness
from category_summary c
join governorate o on o.governorate_code = c.category
where c.population = 'returnee' and c.dimension = 'last_displacement'
