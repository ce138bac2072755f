-- Sub-district other than the register's, where both are known.
select i.uuid, i.population, i.place_id, 'subdistrict' as question, i.subdistrict as old_value,
    'Location ' || i.place_id || ' lies in the sub-district ' || f.subdistrict || ' by the register, not in ' || i.subdistrict || '.' as issue,
    cast(null as varchar) as group_key
from interview i
join frame_place f on f.place_id = i.place_id
where i.is_judged
    and f.subdistrict is not null
    and i.subdistrict not like '%not\_known' escape '\'
    and not ends_with(i.subdistrict, trim(regexp_replace(lower(f.subdistrict), '[^a-z0-9]+', '_', 'g'), '_'))
