-- How many returnee households of the master list are at locations of each severity category of the Return Index?
-- Unit: households on the master list of the round with which the index round is weighted (table index_round), joined by place_id.
-- not_listed counts assessed locations that this list does not have. A model that is not IOM's own says so in model_status.
select
    x.index_round, x.round, x.model_id, x.model_status, coalesce(x.category, 'not classified') as category,
    count(*) as locations, count(*) - count(l.place_id) as not_listed,
    case when count(l.households) = count(l.place_id) then sum(l.households) end as returnee_households,
    case when count(x.critical_shelter_households) = count(*) then sum(x.critical_shelter_households) end as critical_households
from return_index as x
left join returnee_master_list as l on l.round = x.round and l.place_id = x.place_id
where x.assessed
group by x.index_round, x.round, x.model_id, x.model_status, x.category
order by x.index_round, x.model_id, category
