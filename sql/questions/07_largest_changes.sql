-- Which changes between neighbouring rounds ask for a review?
-- Unit: households. A change that asks for a review is no error: somebody should look before it is quoted.
select population, round, place_id, governorate, location_name_en, previous_households, households, households_change
from master_list_change
where needs_review
order by population, round, abs(households_change) desc, place_id
