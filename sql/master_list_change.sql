-- Each location against the previous round held. Absence counts as 0 households only where the round
-- registry says that absence means so; otherwise it is not known.
with held as (
    select
        population,
        round,
        completeness,
        lag(round) over (partition by population order by round) as previous_round,
        lag(completeness) over (partition by population order by round) as previous_completeness
    from list_edition
    where is_latest_vintage
),

pair as (
    select
        h.population,
        h.round,
        h.previous_round,
        -- a row in quarantine is absent too, so an incomplete list says nothing by absence
        case when h.completeness = 'complete' then now.absence_means else 'unknown' end as absence_now,
        case when h.previous_completeness = 'complete' then before.absence_means else 'unknown' end as absence_before,
        case when h.completeness = 'complete' and h.previous_completeness = 'complete' then 'complete' else 'incomplete' end as completeness
    from held h
    join round now on now.round = h.round
    join round before on before.round = h.previous_round
),

current_listing as (
    select p.population, p.round, l.place_id, l.governorate, l.district, l.location_name_en, l.households
    from pair p
    join listed_location l on l.population = p.population and l.round = p.round
),

previous_listing as (
    select p.population, p.round, l.place_id, l.governorate, l.district, l.location_name_en, l.households
    from pair p
    join listed_location l on l.population = p.population and l.round = p.previous_round
),

first_listing as (
    select population, place_id, min(round) as first_round
    from listed_location
    group by population, place_id
),

matched as (
    select
        coalesce(c.population, b.population) as population,
        coalesce(c.round, b.round) as round,
        coalesce(c.place_id, b.place_id) as place_id,
        coalesce(c.governorate, b.governorate) as governorate,
        coalesce(c.district, b.district) as district,
        case when c.place_id is null then b.location_name_en else c.location_name_en end as location_name_en,
        c.households as current_households,
        b.households as previous_households
    from current_listing c
    full join previous_listing b on b.population = c.population and b.round = c.round and b.place_id = c.place_id
),

counted as (
    select
        m.population,
        m.round,
        p.previous_round,
        m.place_id,
        m.governorate,
        m.district,
        m.location_name_en,
        p.completeness,
        case
            when m.current_households is null then 'no_longer_listed'
            when m.previous_households is not null and m.current_households = m.previous_households then 'same'
            when m.previous_households is not null then 'changed'
            when f.first_round < m.round then 'back'
            else 'new'
        end as change_status,
        r.coverage_status,
        -- a field round says itself why a location is absent: closed is nobody, anything else is not known
        coalesce(m.current_households, case
            when r.coverage_status = 'closed' then 0
            when r.coverage_status is null and p.absence_now = 'no_households' then 0
        end) as households,
        coalesce(m.previous_households, case
            when b.coverage_status = 'closed' then 0
            when b.coverage_status is null and p.absence_before = 'no_households' then 0
        end) as previous_households
    from matched m
    join pair p on p.population = m.population and p.round = m.round
    join first_listing f on f.population = m.population and f.place_id = m.place_id
    left join location_record r on r.round = m.round and r.population = m.population and r.place_id = m.place_id
    left join location_record b on b.round = p.previous_round and b.population = m.population and b.place_id = m.place_id
)

select
    population,
    round,
    previous_round,
    round - previous_round as rounds_apart,
    place_id,
    governorate,
    district,
    location_name_en,
    households,
    previous_households,
    households - previous_households as households_change,
    case when previous_households > 0 then cast(households - previous_households as double) / previous_households end as change_share,
    change_status,
    case when change_status in ('same', 'changed') then 'matched' else 'coverage' end as change_kind,
    case
        when change_status <> 'no_longer_listed' then null
        when coverage_status in ('closed', 'not_accessible', 'informant_unreachable') then coverage_status
        when coverage_status is not null then 'not_reached'
        else 'unknown'
    end as change_reason,
    round - previous_round = 1
        and change_status = 'changed'
        and abs(households - previous_households) >= {review_households}
        and abs(households - previous_households) > {review_share} * previous_households as needs_review,
    completeness
from counted
