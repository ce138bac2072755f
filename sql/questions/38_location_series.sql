-- How did the largest IDP locations change from round to round: the series that analysts build for maps?
-- Unit: households; change_percent in percent of the round before. Ten locations that are largest in the newest round.
-- Names and coordinates are those of each round. Without the last condition it is the series of every location.
with largest as (
    select place_id
    from idp_master_list
    where round = (select max(round) from idp_master_list) and households is not null
    order by households desc, place_id
    limit 10
)

select
    m.place_id, m.location_name_en, m.governorate, m.round, m.list_date, m.latitude, m.longitude, m.households,
    c.households_change, round(100.0 * c.households_change / nullif(c.previous_households, 0), 1) as change_percent
from idp_master_list as m
left join master_list_change as c on c.population = 'idp' and c.round = m.round and c.place_id = m.place_id
where m.place_id in (select place_id from largest)
order by m.place_id, m.round
