-- The coverage board: what was expected and what came of it, by place, team and day. Refusals have no place or team,
-- because consent is asked first.
with place as (
    select
        round,
        population,
        governorate,
        district,
        team,
        coalesce(interview_date, planned_on) as day,
        count(*) filter (where is_expected) as expected_locations,
        count(*) filter (where is_expected and coverage_status in ('received', 'closed')) as received_locations,
        count(*) filter (where not is_expected and coverage_status in ('received', 'closed')) as unexpected_locations,
        count(*) filter (where coverage_status = 'closed') as closed_locations,
        count(*) filter (where coverage_status = 'not_accessible') as not_accessible_locations,
        count(*) filter (where coverage_status = 'informant_unreachable') as unreachable_locations,
        count(*) filter (where coverage_status = 'undecided') as undecided_locations,
        count(*) filter (where coverage_status = 'outstanding') as outstanding_locations,
        count(*) filter (where is_listed and carried_rounds > 0) as carried_locations,
        0 as refused_submissions,
        0 as pending_submissions,
        0 as back_checks
    from location_record
    group by round, population, governorate, district, team, coalesce(interview_date, planned_on)
),

visit as (
    select
        round,
        population,
        governorate,
        district,
        team,
        interview_date as day,
        0 as expected_locations,
        0 as received_locations,
        0 as unexpected_locations,
        0 as closed_locations,
        0 as not_accessible_locations,
        0 as unreachable_locations,
        0 as undecided_locations,
        0 as outstanding_locations,
        0 as carried_locations,
        count(*) filter (where submission_use = 'refused') as refused_submissions,
        count(*) filter (where review_state in ('pending', 'has_issues') and submission_use not in ('refused', 'removed', 'late')) as pending_submissions,
        count(*) filter (where submission_use = 'back_check') as back_checks
    from submission
    group by round, population, governorate, district, team, interview_date
),

both_sides as (
    select * from place
    union all
    select * from visit
)

select
    round,
    population,
    governorate,
    district,
    team,
    day,
    cast(sum(expected_locations) as bigint) as expected_locations,
    cast(sum(received_locations) as bigint) as received_locations,
    cast(sum(unexpected_locations) as bigint) as unexpected_locations,
    cast(sum(closed_locations) as bigint) as closed_locations,
    cast(sum(not_accessible_locations) as bigint) as not_accessible_locations,
    cast(sum(unreachable_locations) as bigint) as unreachable_locations,
    cast(sum(undecided_locations) as bigint) as undecided_locations,
    cast(sum(outstanding_locations) as bigint) as outstanding_locations,
    cast(sum(carried_locations) as bigint) as carried_locations,
    cast(sum(refused_submissions) as bigint) as refused_submissions,
    cast(sum(pending_submissions) as bigint) as pending_submissions,
    cast(sum(back_checks) as bigint) as back_checks
from both_sides
group by round, population, governorate, district, team, day
having sum(expected_locations + received_locations + unexpected_locations + not_accessible_locations + unreachable_locations + undecided_locations
    + outstanding_locations + refused_submissions + pending_submissions + back_checks) > 0
