-- Which locations of the newest lists break a rule, so that their figures ask for care?
-- Unit: households of the location on that list. What a rule means and what to do: dtm rules RULE. Information on names is left out.
with figures as (
    select round, 'idp' as population, place_id, governorate, location_name_en, households from idp_master_list
    union all
    select round, 'returnee', place_id, governorate, location_name_en, households from returnee_master_list
)

select b.population, b.round, b.rule, b.severity, b.place_id, f.governorate, f.location_name_en, f.households
from rule_breach as b
join list_edition as e
    on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date and e.is_latest_vintage
left join figures as f on f.round = b.round and f.population = b.population and f.place_id = b.place_id
where b.round = (select max(round) from list_edition) and b.severity <> 'info'
order by b.population, b.rule, b.place_id
