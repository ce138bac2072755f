-- Locations declared as new: a person looks whether the register has them.
select uuid, population, place_id, 'place_id' as question, place_id_given as old_value,
    'New location ' || coalesce(location_name_en, location_name_ar, '') || ' in ' || coalesce(district, '?') || ', provisional id ' || place_id || '.'
        || case when suggestions is not null then ' The register has: ' || suggestions else '' end as issue,
    cast(null as varchar) as group_key
from interview
where is_judged and place_basis = 'new'
