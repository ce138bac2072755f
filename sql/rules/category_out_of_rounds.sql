-- Rows that use a shelter type outside the rounds in which it is valid.
select distinct b.round, b.population, b.vintage_date, b.place_id, cast(null as bigint) as amount_households
from location_breakdown b
join shelter_type t on t.population = b.population and t.shelter_type = b.category
where b.dimension = 'shelter' and b.round not between coalesce(t.first_round, b.round) and coalesce(t.last_round, b.round)
