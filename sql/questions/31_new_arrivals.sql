-- How many IDP households newly arrived in a field round, and from what?
-- Unit: households, a flow: gross arrivals since the round before. Never compare them with net change (question 04), which also counts those who
-- left. Published lists do not carry arrivals.
select
    round, governorate, release_kind,
    case when count(new_arrivals) = count(*) then sum(new_arrivals) end as new_arrivals,
    case when count(arrivals_between_displacement) = count(*) then sum(arrivals_between_displacement) end as between_displacement,
    case when count(arrivals_from_camp) = count(*) then sum(arrivals_from_camp) end as from_camp,
    case when count(arrivals_redisplaced) = count(*) then sum(arrivals_redisplaced) end as displaced_again,
    case when count(arrivals_first_time) = count(*) then sum(arrivals_first_time) end as first_time,
    sum(reporting_locations) as reporting_locations
from new_arrival
group by round, governorate, release_kind
order by round, governorate
