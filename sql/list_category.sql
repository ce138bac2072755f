-- Which categories each list carries as columns: the difference between zero and not asked.
select
    e.round,
    e.population,
    e.vintage_date,
    c.dimension,
    c.category
from clean_category c
join clean_edition e on e.sha256 = c.sha256
