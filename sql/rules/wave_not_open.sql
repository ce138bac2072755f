-- Rows that use a wave before the round in which it opens.
select distinct b.round, b.population, b.vintage_date, b.place_id, cast(null as bigint) as amount_households
from location_breakdown b
join wave w on w.wave = b.category
where b.dimension = 'period'
    and b.round < case when b.population = 'idp' then w.opens_round_idp else w.opens_round_returnee end
