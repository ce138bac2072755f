-- Which governorates do the IDPs of the country come from, and which share does each have, newest round beside the oldest held?
-- Unit: households; share in percent. A sum with a withheld part is not given.
with ends as (
    select min(round) as oldest, max(round) as newest
    from idp_origin_to_displacement
),

by_origin as (
    select
        round, origin_governorate,
        case when count(households) = count(*) then sum(households) end as households
    from idp_origin_to_displacement
    group by round, origin_governorate
),

shared as (
    select
        round, origin_governorate, households,
        case
            when count(households) over (partition by round) = count(*) over (partition by round)
                then round(100.0 * households / nullif(sum(households) over (partition by round), 0), 1)
        end as share
    from by_origin
)

select
    n.round, n.origin_governorate, n.households, n.share,
    e.oldest as oldest_round, o.households as oldest_households, o.share as oldest_share
from ends as e
join shared as n on n.round = e.newest
left join shared as o on o.round = e.oldest and o.origin_governorate = n.origin_governorate
order by case when n.households is null then 1 else 0 end, n.households desc, n.origin_governorate
