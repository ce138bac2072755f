-- Every location and population that was expected or recorded.
select p.round, r.*
from record r
cross join policy p
