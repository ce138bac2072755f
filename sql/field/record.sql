-- What the round knows of each location and population: those expected, planned or recorded.
with expected as (
    select population, place_id from frame_count
    union
    select population, place_id from work_plan
),

known as (
    select population, place_id from expected
    union
    select population, place_id from selection
),

place as (
    select place_id, governorate, district from frame_place
    union
    select place_id, governorate, district from new_place
),

joined as (
    select
        k.population,
        k.place_id,
        l.governorate,
        l.district,
        e.place_id is not null as is_expected,
        f.households as previous_households,
        f.carried_rounds as previous_carried_rounds,
        f.place_id is not null as is_in_frame,
        coalesce(s.is_undecided, false) as is_undecided,
        s.uuid as submission_uuid,
        s.status,
        s.record_households,
        coalesce(s.submissions, 0) as submissions,
        s.selection_basis,
        s.review_state,
        s.interview_date,
        coalesce(s.team, w.team) as team,
        w.planned_on,
        s.access_reason,
        s.new_arrivals,
        s.arrivals_between_displacement,
        s.arrivals_from_camp,
        s.arrivals_redisplaced,
        s.arrivals_first_time,
        case when s.status = 'informant_unreachable' then p.unreachable else p.not_reached end = 'carry_forward' as may_carry
    from known k
    join place l on l.place_id = k.place_id
    left join expected e on e.population = k.population and e.place_id = k.place_id
    left join frame_count f on f.population = k.population and f.place_id = k.place_id
    left join selection s on s.population = k.population and s.place_id = k.place_id
    left join work_plan w on w.population = k.population and w.place_id = k.place_id
    cross join policy p
),

judged as (
    select
        *,
        record_households is not null and not is_undecided as is_recorded
    from joined
)

select
    population,
    place_id,
    governorate,
    district,
    is_expected,
    team,
    planned_on,
    case
        when is_undecided then 'undecided'
        when is_recorded and record_households = 0 then 'closed'
        when is_recorded then 'received'
        when status in ('not_accessible', 'informant_unreachable') then status
        else 'outstanding'
    end as coverage_status,
    access_reason,
    case
        when is_recorded and record_households = 0 then 'closed'
        when is_recorded and not is_in_frame then 'new'
        when is_recorded and status = 'new' then 'updated'
        when is_recorded then status
        when status in ('not_accessible', 'informant_unreachable') and not is_undecided then status
        when is_in_frame and may_carry then 'carried_forward'
    end as update_status,
    case when is_recorded then record_households > 0 else is_in_frame and may_carry end as is_listed,
    cast(case
        when is_recorded then record_households
        when is_in_frame and may_carry then previous_households
    end as bigint) as households,
    previous_households,
    cast(case
        when is_recorded then 0
        when is_in_frame and may_carry then previous_carried_rounds + 1
    end as bigint) as carried_rounds,
    case
        when is_recorded or is_undecided then selection_basis
        when is_in_frame and may_carry then 'frame'
        else 'none'
    end as selection_basis,
    cast(submissions as bigint) as submissions,
    case when is_recorded then submission_uuid end as submission_uuid,
    case when is_recorded then review_state end as review_state,
    interview_date,
    case when is_recorded and status in ('new', 'updated') then new_arrivals end as new_arrivals,
    case when is_recorded and status in ('new', 'updated') then case when new_arrivals = 0 then 0 else arrivals_between_displacement end end as arrivals_between_displacement,
    case when is_recorded and status in ('new', 'updated') then case when new_arrivals = 0 then 0 else arrivals_from_camp end end as arrivals_from_camp,
    case when is_recorded and status in ('new', 'updated') then case when new_arrivals = 0 then 0 else arrivals_redisplaced end end as arrivals_redisplaced,
    case when is_recorded and status in ('new', 'updated') then case when new_arrivals = 0 then 0 else arrivals_first_time end end as arrivals_first_time
from judged
