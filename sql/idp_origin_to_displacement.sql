-- From where to where, by governorate; individuals by each location's own multiplier.
select
    c.round,
    c.list_date,
    o.governorate as origin_governorate,
    o.governorate_pcode as origin_governorate_pcode,
    c.governorate,
    c.governorate_pcode,
    c.households,
    c.individuals,
    c.locations,
    c.reporting_locations,
    c.completeness
from category_summary c
join governorate o on o.governorate_code = c.category
where c.population = 'idp' and c.dimension = 'origin_governorate'
