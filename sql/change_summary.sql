-- The net change of each list, split into matched locations and coverage. Counts of listed locations only:
-- what the absence of a location means does not enter.
select
    population,
    round,
    previous_round,
    rounds_apart,
    cast(sum(case when change_status <> 'no_longer_listed' then households else 0 end) as bigint) as households,
    cast(sum(case when change_status not in ('new', 'back') then previous_households else 0 end) as bigint) as previous_households,
    cast(sum(case when change_status <> 'no_longer_listed' then households else 0 end)
        - sum(case when change_status not in ('new', 'back') then previous_households else 0 end) as bigint) as households_change,
    cast(sum(case when change_kind = 'matched' then households - previous_households else 0 end) as bigint) as matched_change,
    cast(sum(case when change_status = 'new' then households else 0 end) as bigint) as new_households,
    cast(sum(case when change_status = 'back' then households else 0 end) as bigint) as back_households,
    cast(sum(case when change_status = 'no_longer_listed' then previous_households else 0 end) as bigint) as no_longer_listed_households,
    count(*) filter (where change_kind = 'matched') as matched_locations,
    count(*) filter (where change_status = 'changed') as changed_locations,
    count(*) filter (where change_status = 'new') as new_locations,
    count(*) filter (where change_status = 'back') as back_locations,
    count(*) filter (where change_status = 'no_longer_listed') as no_longer_listed_locations,
    count(*) filter (where needs_review) as review_locations,
    max(completeness) as completeness
from master_list_change
group by population, round, previous_round, rounds_apart
