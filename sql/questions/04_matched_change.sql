-- How much of the net change happened at locations in both rounds, and how much is coverage?
-- Unit: households. matched_change is at locations on both lists; new, back and no longer listed locations are coverage: people were
-- there before, or still are, and the list does not say. Net change is never the number of new arrivals (question 31).
select
    population, round, previous_round, households_change, matched_change,
    new_households, back_households, no_longer_listed_households, completeness
from change_summary
order by population, round
