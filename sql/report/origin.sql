-- IDPs by governorate of origin, nationwide. A sum with a part that is not given is not given.
select
    o.origin_governorate as key,
    o.origin_governorate,
    cast(case when count(*) = count(o.households) then sum(o.households) end as bigint) as households,
    cast(case when count(*) = count(o.individuals) then sum(o.individuals) end as bigint) as individuals,
    case when min(n.households) > 0 and count(*) = count(o.households) then cast(cast(sum(o.households) as bigint) as double) / min(n.households) end as share,
    max(o.households_status) as households_status,
    max(o.individuals_status) as individuals_status,
    greatest(max(o.households_status), max(n.households_status)) as share_status
from idp_origin_to_displacement o
join this_round t on t.round = o.round
join national_summary n on n.population = 'idp' and n.round = o.round
group by o.origin_governorate
order by case when count(*) = count(o.households) then 0 else 1 end, case when count(*) = count(o.households) then sum(o.households) end desc, o.origin_governorate
