-- Periods of displacement by governorate; individuals by each location's own multiplier.
select
    c.population,
    c.round,
    c.list_date,
    c.governorate,
    w.wave,
    w.wave_en,
    w.wave_order,
    c.households,
    c.individuals,
    c.locations,
    c.reporting_locations,
    c.completeness
from category_summary c
join wave w on w.wave = c.category
where c.dimension = 'period'
