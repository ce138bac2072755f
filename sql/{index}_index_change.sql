-- Change between rounds, closing exactly: like-for-like + newly assessed - no longer assessed. Locations that replace others
-- are compared with these as one unit. Measures of people are there where both rounds know their people.
with weighted as ( -- pairs of rounds whose people are known
    select pair, bool_or(is_now and {people} is not null) and bool_or(not is_now and {people} is not null) as is_weighted
    from {index}_index_compared
    group by pair
),

absence as ( -- whether a location that is not in the list of the round has no households
    select p.pair, r.absence_means = 'no_households' and h.round is not null as is_empty
    from {index}_index_pair p
    join round r on r.round = p.round
    left join (select distinct round from list_edition where population = '{population}') h on h.round = p.round
),

unit as (
    select
        pair,
        unit,
        coalesce(max(case when is_now then governorate end), max(governorate)) as governorate,
        coalesce(max(case when is_now then district end), max(district)) as district,
        sum(case when is_now and not assessed then 1 else 0 end) as listed_now,
        sum(case when is_now and assessed then 1 else 0 end) as assessed_now,
        sum(case when not is_now then 1 else 0 end) as assessed_before,
        sum(case when is_now and report_group is not null then 1 else 0 end) as locations_now,
        sum(case when not is_now and report_group is not null then 1 else 0 end) as locations_before,
        sum(case when is_now and report_group = 'high' then 1 else 0 end) as severe_locations_now,
        sum(case when not is_now and report_group = 'high' then 1 else 0 end) as severe_locations_before,
        coalesce(sum(case when is_now and report_group is not null then {people} end), 0) as people_now,
        coalesce(sum(case when not is_now and report_group is not null then {people} end), 0) as people_before,
        coalesce(sum(case when is_now and report_group = 'high' then {people} end), 0) as severe_people_now,
        coalesce(sum(case when not is_now and report_group = 'high' then {people} end), 0) as severe_people_before
    from {index}_index_compared
    group by pair, unit
),

sorted as (
    select
        u.*,
        case
            when u.locations_now > 0 and u.locations_before > 0 then 'both'
            when u.locations_now > 0 and u.assessed_before > 0 then 'newly_classifiable'
            when u.locations_now > 0 then 'newly_assessed'
            when u.assessed_now > 0 then 'no_longer_classifiable'
            when u.listed_now = 0 and a.is_empty then 'emptied'
            else 'no_longer_assessed'
        end as membership,
        case
            when u.severe_locations_now > 0 and u.severe_locations_before > 0 then 'stayed'
            when u.severe_locations_now > 0 then 'became'
            when u.severe_locations_before > 0 then 'stopped'
            else 'never'
        end as severity
    from unit u
    join absence a on a.pair = u.pair
    where u.locations_now > 0 or u.locations_before > 0
),

added as ( -- by area, and by what became of the units: few rows
    select
        pair,
        case when grouping(governorate) = 1 then 'national' when grouping(district) = 1 then 'governorate' else 'district' end as area_level,
        governorate,
        district,
        membership,
        severity,
        sum(locations_now) as locations_now,
        sum(locations_before) as locations_before,
        sum(severe_locations_now) as severe_locations_now,
        sum(severe_locations_before) as severe_locations_before,
        sum(people_now) as people_now,
        sum(people_before) as people_before,
        sum(severe_people_now) as severe_people_now,
        sum(severe_people_before) as severe_people_before
    from sorted
    group by pair, membership, severity, grouping sets ((), (governorate), (governorate, district))
),

measured as (
    select
        a.pair, a.area_level, a.governorate, a.district, a.membership, a.severity, 'severe_{people}' as index_measure,
        true as is_severity, a.severe_people_now as now, a.severe_people_before as before
    from added a
    join weighted w on w.pair = a.pair and w.is_weighted
    union all
    select a.pair, a.area_level, a.governorate, a.district, a.membership, a.severity, '{people}', false, a.people_now, a.people_before
    from added a
    join weighted w on w.pair = a.pair and w.is_weighted
    union all
    select pair, area_level, governorate, district, membership, severity, 'severe_locations', true, severe_locations_now, severe_locations_before
    from added
    union all
    select pair, area_level, governorate, district, membership, severity, 'locations', false, locations_now, locations_before
    from added
)

select
    p.index_round,
    p.previous_index_round,
    p.model_id,
    p.model_version,
    p.model_status,
    m.area_level,
    case m.area_level
        when 'national' then 'All'
        when 'governorate' then coalesce(m.governorate, 'not known')
        else concat(coalesce(m.governorate, 'not known'), ' > ', coalesce(m.district, 'not known'))
    end as area,
    m.governorate,
    m.district,
    m.index_measure,
    cast(sum(m.before) as bigint) as previous_value,
    cast(case when m.is_severity then sum(case when m.membership = 'both' and m.severity = 'became' then m.now - m.before else 0 end) end as bigint) as became_severe,
    cast(case when m.is_severity then sum(case when m.membership = 'both' and m.severity = 'stopped' then m.now - m.before else 0 end) end as bigint) as stopped_severe,
    cast(case when m.is_severity then sum(case when m.membership = 'both' and m.severity = 'stayed' then m.now - m.before else 0 end) end as bigint) as stayed_severe,
    cast(sum(case when m.membership = 'both' then m.now - m.before else 0 end) as bigint) as like_for_like,
    cast(sum(case when m.membership in ('newly_assessed', 'newly_classifiable') then m.now else 0 end) as bigint) as newly_assessed,
    cast(sum(case when m.membership = 'newly_classifiable' then m.now else 0 end) as bigint) as newly_classifiable,
    cast(sum(case when m.membership in ('no_longer_assessed', 'no_longer_classifiable', 'emptied') then m.before else 0 end) as bigint) as no_longer_assessed,
    cast(sum(case when m.membership = 'no_longer_classifiable' then m.before else 0 end) as bigint) as no_longer_classifiable,
    cast(sum(case when m.membership = 'emptied' then m.before else 0 end) as bigint) as emptied,
    cast(sum(m.now) as bigint) as value,
    cast(sum(m.now - m.before) as bigint) as plain_change
from measured m
join {index}_index_pair p on p.pair = m.pair
group by p.index_round, p.previous_index_round, p.model_id, p.model_version, p.model_status, m.area_level, m.governorate, m.district,
    m.index_measure, m.is_severity
