-- Where do IDPs and returnees live in the same location, newest round?
select i.round, i.place_id, i.governorate, i.district, i.location_name_en, i.households as idp_households, r.households as returnee_households
from idp_master_list i
join returnee_master_list r on r.round = i.round and r.place_id = i.place_id
where i.round = (select max(i2.round) from idp_master_list i2 join returnee_master_list r2 on r2.round = i2.round)
order by i.households + r.households desc, i.place_id
