-- Where do IDPs and returnees live in the same location, newest round with both lists?
-- Unit: households. The two stand beside each other; they are two populations and are never added.
select
    i.round, i.place_id, i.governorate, i.district, i.location_name_en,
    i.households as idp_households, r.households as returnee_households
from idp_master_list as i
join returnee_master_list as r on r.round = i.round and r.place_id = i.place_id
where i.round = (select max(i2.round) from idp_master_list as i2 join returnee_master_list as r2 on r2.round = i2.round)
order by case when i.households is null then 1 else 0 end, i.households desc, i.place_id
