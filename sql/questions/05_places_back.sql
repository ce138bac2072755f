-- Which locations came back onto a list after being absent?
-- Unit: households. To R131 absence means that no households were recorded there; from R132 the informant may not have been reached.
select population, round, previous_round, place_id, governorate, district, location_name_en, households
from master_list_change
where change_status = 'back'
order by population, round, case when households is null then 1 else 0 end, households desc, place_id
