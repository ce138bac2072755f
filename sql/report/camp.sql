-- Camps that the list of IDPs of the round before held and this one does not. Absence alone does not say that a camp was closed.
select
    c.place_id as key,
    c.place_id,
    l.governorate,
    l.district,
    d.district_ar,
    l.location_name_en,
    l.location_name_ar,
    c.previous_round,
    c.change_reason,
    c.previous_households as households,
    c.previous_status as households_status
from master_list_change c
join this_round t on t.round = c.round
join idp_master_list l on l.round = c.previous_round and l.place_id = c.place_id
left join district d on d.governorate = l.governorate and d.district = l.district
where c.population = 'idp' and c.change_status = 'no_longer_listed' and l.is_camp
order by l.governorate, l.district, c.place_id
