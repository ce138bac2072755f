-- How fresh is a list: which share of its locations and households was carried forward from an earlier round?
-- Units: locations, households; share in percent of locations. Field rounds of this project say it for each location; published lists do not,
-- and update_status is 'unknown' for all of theirs. What was carried forward is the figure of an earlier visit.
with listed as (
    select round, 'idp' as population, release_kind, update_status, households from idp_master_list
    union all
    select round, 'returnee', release_kind, update_status, households from returnee_master_list
)

select
    round, population, release_kind, update_status, count(*) as locations,
    case when count(households) = count(*) then sum(households) end as households,
    round(100.0 * count(*) / sum(count(*)) over (partition by round, population), 1) as share_of_locations
from listed
group by round, population, release_kind, update_status
order by round, population, update_status
