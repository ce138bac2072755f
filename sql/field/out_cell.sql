-- The breakdowns of a list as clean cells.
select place_id, dimension, category, households
from list_cell
where population = '{population}'
