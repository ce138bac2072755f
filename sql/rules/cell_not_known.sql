-- Rows with at least one breakdown cell that is not known in households.
select distinct round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from location_breakdown
where households is null
