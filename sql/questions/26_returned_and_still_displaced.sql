-- For each governorate: how many households have returned to it, and how many still displaced name it as their origin?
-- Unit: households of two stocks on one list date. returned_per_100_displaced is a ratio of the two, not a rate of return: it says nothing
-- of when people moved, of those who settled elsewhere or left the country, and a returnee may still be displaced in other senses.
-- The two stocks are never added. The ratio is given only where both are.
with newest as (
    select max(o.round) as round
    from idp_origin_to_displacement as o
    join national_summary as r on r.round = o.round and r.population = 'returnee'
),

displaced as (
    select
        o.round, o.origin_governorate,
        case when count(o.households) = count(*) then sum(o.households) end as households
    from idp_origin_to_displacement as o
    join newest as n on n.round = o.round
    group by o.round, o.origin_governorate
)

select
    r.round, r.governorate, r.households as returned_households, d.households as still_displaced_households,
    round(100.0 * r.households / nullif(d.households, 0), 0) as returned_per_100_displaced
from governorate_summary as r
join newest as n on n.round = r.round
left join displaced as d on d.origin_governorate = r.governorate
where r.population = 'returnee'
order by case when r.households is null then 1 else 0 end, r.households desc, r.governorate
