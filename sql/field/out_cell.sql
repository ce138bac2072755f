select place_id, dimension, category, households
from list_cell
where population = '{population}'
