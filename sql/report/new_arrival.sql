-- Gross new arrivals of IDP households and where they came from, as field rounds collect them; with how many locations reported any.
select
    'all' as key,
    cast(sum(a.new_arrivals) as bigint) as new_arrivals,
    cast(sum(a.arrivals_between_displacement) as bigint) as arrivals_between_displacement,
    cast(sum(a.arrivals_from_camp) as bigint) as arrivals_from_camp,
    cast(sum(a.arrivals_redisplaced) as bigint) as arrivals_redisplaced,
    cast(sum(a.arrivals_first_time) as bigint) as arrivals_first_time,
    cast(sum(a.reporting_locations) as bigint) as reporting_locations,
    'given' as status
from new_arrival a
join this_round t on t.round = a.round
having count(*) > 0
