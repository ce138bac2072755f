-- Governorate or district other than the register has for the location.
select i.uuid, i.population, i.place_id, case when i.governorate <> f.governorate then 'governorate' else 'district' end as question,
    case when i.governorate <> f.governorate then g.governorate_code else d.district_code end as old_value,
    'Location ' || i.place_id || ' lies in ' || f.district || ', ' || f.governorate || ' by the register, not in ' || coalesce(i.district, '?') || ', ' || coalesce(i.governorate, '?') || '.' as issue,
    cast(null as varchar) as group_key
from interview i
join frame_place f on f.place_id = i.place_id
left join governorate g on g.governorate = i.governorate
left join district_code d on d.governorate = i.governorate and d.district = i.district
where i.is_judged and i.place_basis = 'place_id' and (i.governorate <> f.governorate or i.district <> f.district)
union all
select i.uuid, i.population, i.place_id, 'governorate', g.governorate_code,
    'District ' || i.district || ' is in ' || d.governorate || ', not in ' || i.governorate || '.', null
from interview i
join district_code d on d.district_code = i.district_code
left join governorate g on g.governorate = i.governorate
where i.is_judged and i.place_basis <> 'place_id' and i.governorate <> d.governorate
