-- The districts of origin with most IDP households, with their share of all IDP households of the round.
select
    o.origin_governorate || '/' || o.origin_district as key,
    o.origin_governorate,
    o.origin_district,
    d.district_ar,
    o.households,
    case when n.households > 0 then cast(o.households as double) / n.households end as share,
    case when o.households is null then 'missing' else 'given' end as households_status,
    case when o.households is null then 'missing' else n.households_status end as share_status
from origin_district_summary o
join this_round t on t.round = o.round
join national_summary n on n.population = 'idp' and n.round = o.round
left join district d on d.governorate = o.origin_governorate and d.district = o.origin_district
order by case when o.households is null then 1 else 0 end, o.households desc, o.origin_governorate, o.origin_district
limit 10
