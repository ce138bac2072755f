-- Gross new arrivals, as collected, of rounds that made a list; a flow that is never reconciled with its net change.
select
    r.round,
    r.governorate,
    r.district,
    e.release_kind,
    cast(sum(r.new_arrivals) as bigint) as new_arrivals,
    cast(sum(coalesce(r.arrivals_between_displacement, 0)) as bigint) as arrivals_between_displacement,
    cast(sum(coalesce(r.arrivals_from_camp, 0)) as bigint) as arrivals_from_camp,
    cast(sum(coalesce(r.arrivals_redisplaced, 0)) as bigint) as arrivals_redisplaced,
    cast(sum(coalesce(r.arrivals_first_time, 0)) as bigint) as arrivals_first_time,
    count(*) as reporting_locations
from location_record r
join list_edition e on e.round = r.round and e.population = r.population and e.is_latest_vintage
where r.population = 'idp' and r.new_arrivals is not null and e.release_kind <> 'published'
group by r.round, r.governorate, r.district, e.release_kind
