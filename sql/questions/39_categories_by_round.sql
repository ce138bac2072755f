-- Which categories does each list carry, and from which round to which among those held?
-- Unit: rounds held. A category that a list does not carry is null in its columns, one that it carries without households is 0.
select
    c.population, c.dimension, c.category, min(c.round) as first_round, max(c.round) as last_round, count(*) as rounds
from list_category as c
join list_edition as e
    on e.round = c.round and e.population = c.population and e.vintage_date = c.vintage_date and e.is_latest_vintage
group by c.population, c.dimension, c.category
order by c.population, c.dimension, c.category
