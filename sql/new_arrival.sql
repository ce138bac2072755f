-- Gross new arrivals, as collected; a flow that is never reconciled with the net change of the list.
select
    round,
    governorate,
    district,
    cast(sum(new_arrivals) as bigint) as new_arrivals,
    cast(sum(coalesce(arrivals_between_displacement, 0)) as bigint) as arrivals_between_displacement,
    cast(sum(coalesce(arrivals_from_camp, 0)) as bigint) as arrivals_from_camp,
    cast(sum(coalesce(arrivals_redisplaced, 0)) as bigint) as arrivals_redisplaced,
    cast(sum(coalesce(arrivals_first_time, 0)) as bigint) as arrivals_first_time,
    count(*) as reporting_locations
from location_record
where population = 'idp' and new_arrivals is not null
group by round, governorate, district
