-- Governorate or district other than the register has for the location.
select i.uuid, i.population, i.place_id, case when i.governorate is distinct from f.governorate then 'governorate' else 'district' end as question,
    case when i.governorate is distinct from f.governorate then g.governorate_code else d.district_code end as old_value,
    'Location ' || i.place_id || ' lies in ' || f.district || ', ' || f.governorate || ' by the register, not in ' || coalesce(i.district, '?') || ', ' || coalesce(i.governorate, '?') || '.' as issue,
    cast(null as varchar) as group_key
from interview i
join frame_place f on f.place_id = i.place_id
left join governorate g on g.governorate = i.governorate
left join district_code d on d.governorate = i.governorate and d.district = i.district
where i.is_judged and i.place_basis = 'place_id' and (i.governorate is distinct from f.governorate or i.district is distinct from f.district)
    and (i.governorate is not null or i.district is not null)
