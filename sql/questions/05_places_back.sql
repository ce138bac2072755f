-- Which locations came back onto a list after being absent?
select population, round, previous_round, place_id, governorate, district, location_name_en, households
from master_list_change
where change_status = 'back'
order by population, round, households desc, place_id
