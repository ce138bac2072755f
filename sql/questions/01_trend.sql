-- How many IDPs and returnees were there in each round, and in how many locations?
select population, round, list_date, households, individuals, locations, completeness
from national_summary
order by population, round
