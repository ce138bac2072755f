-- How much of the net change happened at locations in both rounds, and how much is coverage?
select
    population, round, previous_round, households_change, matched_change,
    new_households, back_households, no_longer_listed_households, review_locations
from change_summary
order by population, round
