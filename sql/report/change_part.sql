-- The net change of each list in households, and its parts: matched locations, and coverage (new, back, no longer listed).
with change as (
    select c.*
    from change_summary c
    join this_round t on t.round = c.round
),

part as (
    select population, previous_round, 1 as part_order, 'net' as part, households_change as households, cast(null as bigint) as locations, change_value_status as status from change
    union all
    select population, previous_round, 2, 'matched', matched_change, matched_locations, change_value_status from change
    union all
    select population, previous_round, 3, 'new', new_households, new_locations, change_value_status from change
    union all
    select population, previous_round, 4, 'back', back_households, back_locations, change_value_status from change
    union all
    select population, previous_round, 5, 'no_longer_listed', -no_longer_listed_households, no_longer_listed_locations, change_value_status from change
)

select population || '/' || part as key, population, previous_round, part, households, locations, status as households_status
from part
order by population, part_order
