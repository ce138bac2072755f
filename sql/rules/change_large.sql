-- Locations whose change between neighbouring rounds is for review.
select c.round, c.population, e.vintage_date, c.place_id, c.households_change as amount_households
from master_list_change c
join list_edition e on e.population = c.population and e.round = c.round
where e.is_latest_vintage and c.needs_review
