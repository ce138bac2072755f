-- The categories that the form asks in this round, and those that rows carried forward bring along.
select dimension, category
from asked_cell
where population = '{population}'
union
select dimension, category
from list_cell
where population = '{population}'
