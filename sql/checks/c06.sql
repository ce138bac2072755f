-- Locations that are neither in the register nor declared as new.
select uuid, population, place_id, 'place_id' as question, place_id_given as old_value,
    case
        when place_id_given is not null then 'Location ' || place_id_given || ' is not in the register.'
        else 'No location of the register in ' || coalesce(district, 'the district') || ' has this name.'
    end || case when suggestions is not null then ' It may be: ' || suggestions else '' end as issue,
    cast(null as varchar) as group_key
from interview
where is_judged and place_basis = 'unknown'
