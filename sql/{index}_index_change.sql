-- Change between rounds, closing exactly: like-for-like + newly assessed - no longer assessed. Locations that
-- replace others are compared with these as one unit. Measures of people are there where both rounds know their people.
with weighted as ( -- pairs of rounds whose people are known
    select index_round, model_id, model_version, count(distinct side) filter (where {people} is not null) = 2 as is_weighted
    from {index}_index_compared
    group by index_round, model_id, model_version
),

absence as ( -- whether a location that is not in the list of the round has no households
    select p.index_round, p.model_id, p.model_version, r.absence_means = 'no_households' and h.round is not null as is_empty
    from {index}_index_pair p
    join round r on r.round = p.round
    left join (select distinct round from list_edition where population = '{population}') h on h.round = p.round
),

unit as (
    select
        index_round,
        previous_index_round,
        model_id,
        model_version,
        model_status,
        unit,
        coalesce(max(governorate) filter (where side = 'now'), max(governorate)) as governorate,
        coalesce(max(district) filter (where side = 'now'), max(district)) as district,
        count(*) filter (where side = 'now' and not assessed) as listed_now,
        count(*) filter (where side = 'now' and assessed) as assessed_now,
        count(*) filter (where side = 'before') as assessed_before,
        count(report_group) filter (where side = 'now') as classified_now,
        count(report_group) filter (where side = 'before') as classified_before,
        count(*) filter (where side = 'now' and report_group = 'high') as severe_now,
        count(*) filter (where side = 'before' and report_group = 'high') as severe_before,
        coalesce(sum({people}) filter (where side = 'now' and report_group is not null), 0) as people_now,
        coalesce(sum({people}) filter (where side = 'before' and report_group is not null), 0) as people_before,
        coalesce(sum({people}) filter (where side = 'now' and report_group = 'high'), 0) as severe_people_now,
        coalesce(sum({people}) filter (where side = 'before' and report_group = 'high'), 0) as severe_people_before
    from {index}_index_compared
    group by index_round, previous_index_round, model_id, model_version, model_status, unit
),

sorted as (
    select
        u.*,
        case
            when u.classified_now > 0 and u.classified_before > 0 then 'both'
            when u.classified_now > 0 and u.assessed_before > 0 then 'newly_classifiable'
            when u.classified_now > 0 then 'newly_assessed'
            when u.assessed_now > 0 then 'no_longer_classifiable'
            when u.listed_now = 0 and a.is_empty then 'emptied'
            else 'no_longer_assessed'
        end as membership,
        case
            when u.severe_now > 0 and u.severe_before > 0 then 'stayed'
            when u.severe_now > 0 then 'became'
            when u.severe_before > 0 then 'stopped'
        end as severity
    from unit u
    join absence a on a.index_round = u.index_round and a.model_id = u.model_id and a.model_version = u.model_version
    where u.classified_now > 0 or u.classified_before > 0
),

measured as (
    select s.*, 'severe_{people}' as index_measure, true as is_severity, s.severe_people_now as now, s.severe_people_before as before
    from sorted s
    join weighted w on w.index_round = s.index_round and w.model_id = s.model_id and w.model_version = s.model_version and w.is_weighted
    union all
    select s.*, '{people}', false, s.people_now, s.people_before
    from sorted s
    join weighted w on w.index_round = s.index_round and w.model_id = s.model_id and w.model_version = s.model_version and w.is_weighted
    union all
    select s.*, 'severe_locations', true, s.severe_now, s.severe_before from sorted s
    union all
    select s.*, 'locations', false, s.classified_now, s.classified_before from sorted s
)

select
    index_round,
    previous_index_round,
    model_id,
    model_version,
    model_status,
    case when grouping(governorate) = 1 then 'national' when grouping(district) = 1 then 'governorate' else 'district' end as area_level,
    case
        when grouping(governorate) = 1 then 'All'
        when grouping(district) = 1 then coalesce(governorate, 'not known')
        else concat(coalesce(governorate, 'not known'), ' > ', coalesce(district, 'not known'))
    end as area,
    governorate,
    district,
    index_measure,
    cast(sum(before) as bigint) as previous_value,
    cast(case when is_severity then coalesce(sum(now - before) filter (where membership = 'both' and severity = 'became'), 0) end as bigint) as became_severe,
    cast(case when is_severity then coalesce(sum(now - before) filter (where membership = 'both' and severity = 'stopped'), 0) end as bigint) as stopped_severe,
    cast(case when is_severity then coalesce(sum(now - before) filter (where membership = 'both' and severity = 'stayed'), 0) end as bigint) as stayed_severe,
    cast(coalesce(sum(now - before) filter (where membership = 'both'), 0) as bigint) as like_for_like,
    cast(coalesce(sum(now) filter (where membership in ('newly_assessed', 'newly_classifiable')), 0) as bigint) as newly_assessed,
    cast(coalesce(sum(now) filter (where membership = 'newly_classifiable'), 0) as bigint) as newly_classifiable,
    cast(coalesce(sum(before) filter (where membership in ('no_longer_assessed', 'no_longer_classifiable', 'emptied')), 0) as bigint) as no_longer_assessed,
    cast(coalesce(sum(before) filter (where membership = 'no_longer_classifiable'), 0) as bigint) as no_longer_classifiable,
    cast(coalesce(sum(before) filter (where membership = 'emptied'), 0) as bigint) as emptied,
    cast(sum(now) as bigint) as value,
    cast(sum(now - before) as bigint) as plain_change
from measured
group by index_round, previous_index_round, model_id, model_version, model_status, index_measure, is_severity,
    grouping sets ((), (governorate), (governorate, district))
