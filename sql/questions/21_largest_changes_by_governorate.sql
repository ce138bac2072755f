-- Where did most change in each governorate, newest round against the one before? Up to three locations each.
-- Unit: households. change_kind tells change at a location on both lists (movement) from coverage: a location that is new, back or no longer
-- listed says nothing on when its people moved.
with ranked as (
    select
        population, round, governorate, district, place_id, location_name_en, previous_households, households, households_change,
        change_status, change_kind,
        row_number() over (partition by population, governorate order by abs(households_change) desc, place_id) as place
    from master_list_change
    where round = (select max(round) from master_list_change) and households_change <> 0
)

select
    population, round, governorate, place, district, place_id, location_name_en, previous_households, households,
    households_change, change_status, change_kind
from ranked
where place <= 3
order by population, governorate, place
