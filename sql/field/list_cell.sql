-- The breakdowns of the rows of the list.
select r.population, r.place_id, c.dimension, c.category, c.households
from record r
join cell c on c.uuid = r.submission_uuid
where r.is_listed and r.update_status in ('new', 'updated') and c.households > 0
union all
select r.population, r.place_id, c.dimension, c.category, c.households
from record r
join frame_cell c on c.population = r.population and c.place_id = r.place_id
where r.is_listed and r.update_status not in ('new', 'updated')
