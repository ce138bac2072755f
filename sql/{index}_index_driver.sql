-- What the change of the weighted mean overall score goes with, at locations scored in both rounds: for each indicator the
-- change of its points, weighted with the mean of both shares of the people; and the shift of people between locations.
-- All sums are exact decimals, so that the parts close to the change whatever the order of rows.
with member as (
    select *
    from {index}_index_compared
    where overall is not null and households > 0
),

unit as (
    select
        index_round,
        model_id,
        model_version,
        unit,
        coalesce(max(governorate) filter (where side = 'now'), max(governorate)) as governorate,
        coalesce(max(district) filter (where side = 'now'), max(district)) as district,
        sum(households) filter (where side = 'now') as households_now,
        sum(households) filter (where side = 'before') as households_before
    from member
    group by index_round, model_id, model_version, unit
    having count(distinct side) = 2
),

numbered as (
    select
        *,
        dense_rank() over (order by index_round, model_id, model_version, governorate, district) as cluster,
        row_number() over () as matched
    from unit
),

part as ( -- of each location: its own households, and its share of those that its unit has in the other round
    select
        m.index_round,
        m.previous_index_round,
        m.model_id,
        m.model_version,
        m.model_status,
        m.side,
        u.cluster,
        u.matched,
        u.governorate,
        u.district,
        s.run,
        s.item,
        s.answered_set,
        cast(m.households as decimal(18, 6)) as own,
        cast(case m.side
            when 'now' then cast(m.households as double) / u.households_now * u.households_before
            else cast(m.households as double) / u.households_before * u.households_now
        end as decimal(18, 6)) as other
    from member m
    join numbered u on u.index_round = m.index_round and u.model_id = m.model_id and u.model_version = m.model_version and u.unit = m.unit
    join {index}_index_run r
        on r.index_round = case m.side when 'now' then m.index_round else m.previous_index_round end
        and r.model_id = m.model_id and r.model_version = m.model_version
    join {index}_index_item i on i.index_round = r.index_round and i.place_id = m.place_id
    join {index}_index_score s on s.run = r.run and s.item = i.item
),

covered as (
    select matched, count(distinct answered_set) > 1 as is_changed
    from part
    group by matched
),

weighed as ( -- of each location: by what its points are multiplied in each sum
    select
        p.cluster,
        p.run,
        p.item,
        case p.side when 'now' then p.own else 0 end as now_by_now,
        case p.side when 'now' then p.other else 0 end as now_by_before,
        case p.side when 'before' then p.other else 0 end as before_by_now,
        case p.side when 'before' then p.own else 0 end as before_by_before,
        case when v.is_changed then case p.side when 'now' then p.own else -p.other end else 0 end as changed_by_now,
        case when v.is_changed then case p.side when 'now' then p.other else -p.own end else 0 end as changed_by_before
    from part p
    join covered v on v.matched = p.matched
),

summed as (
    select
        w.cluster,
        c.number,
        sum(w.now_by_now * cast(c.points as decimal(18, 12))) as now_by_now,
        sum(w.now_by_before * cast(c.points as decimal(18, 12))) as now_by_before,
        sum(w.before_by_now * cast(c.points as decimal(18, 12))) as before_by_now,
        sum(w.before_by_before * cast(c.points as decimal(18, 12))) as before_by_before,
        sum(w.changed_by_now * cast(c.points as decimal(18, 12))) as changed_by_now,
        sum(w.changed_by_before * cast(c.points as decimal(18, 12))) as changed_by_before
    from weighed w
    join {index}_index_points c on c.run = w.run and c.item = w.item
    group by w.cluster, c.number
),

clustered as (
    select
        cluster, index_round, previous_index_round, model_id, model_version, model_status, governorate, district,
        max(run) as run
    from part
    where side = 'now'
    group by cluster, index_round, previous_index_round, model_id, model_version, model_status, governorate, district
),

pointed as (
    select
        d.index_round,
        d.previous_index_round,
        d.model_id,
        d.model_version,
        d.model_status,
        d.governorate,
        d.district,
        k.indicator,
        k.scale,
        s.now_by_now,
        s.now_by_before,
        s.before_by_now,
        s.before_by_before,
        s.changed_by_now,
        s.changed_by_before
    from summed s
    join clustered d on d.cluster = s.cluster
    join {index}_index_asked k on k.run = d.run and k.number = s.number
),

peopled as (
    select
        index_round,
        model_id,
        model_version,
        case when grouping(governorate) = 1 then 'national' when grouping(district) = 1 then 'governorate' else 'district' end as area_level,
        governorate,
        district,
        cast(sum(own) filter (where side = 'now') as double) as households_now,
        cast(sum(own) filter (where side = 'before') as double) as households_before
    from part
    group by index_round, model_id, model_version, grouping sets ((), (governorate), (governorate, district))
),

by_area as (
    select
        index_round,
        previous_index_round,
        model_id,
        model_version,
        model_status,
        case when grouping(governorate) = 1 then 'national' when grouping(district) = 1 then 'governorate' else 'district' end as area_level,
        governorate,
        district,
        case when grouping(indicator) = 1 then 'population_shift' else indicator end as driver,
        scale,
        cast(sum(now_by_now) as double) as now_by_now,
        cast(sum(now_by_before) as double) as now_by_before,
        cast(sum(before_by_now) as double) as before_by_now,
        cast(sum(before_by_before) as double) as before_by_before,
        cast(sum(changed_by_now) as double) as changed_by_now,
        cast(sum(changed_by_before) as double) as changed_by_before
    from pointed
    group by index_round, previous_index_round, model_id, model_version, model_status, grouping sets (
        (), (governorate), (governorate, district),
        (indicator, scale), (governorate, indicator, scale), (governorate, district, indicator, scale)
    )
),

totalled as ( -- the whole score stands where no indicator does
    select
        a.*,
        p.households_now,
        p.households_before,
        max(case when a.driver = 'population_shift' then a.before_by_before end) over area / p.households_before as mean_before,
        max(case when a.driver = 'population_shift' then a.now_by_now end) over area / p.households_now as mean_now
    from by_area a
    join peopled p
        on p.index_round = a.index_round and p.model_id = a.model_id and p.model_version = a.model_version
        and p.area_level = a.area_level and p.governorate is not distinct from a.governorate
        and p.district is not distinct from a.district
    window area as (partition by a.index_round, a.model_id, a.model_version, a.area_level, a.governorate, a.district)
)

select
    index_round,
    previous_index_round,
    model_id,
    model_version,
    model_status,
    area_level,
    case area_level
        when 'national' then 'All'
        when 'governorate' then coalesce(governorate, 'not known')
        else concat(coalesce(governorate, 'not known'), ' > ', coalesce(district, 'not known'))
    end as area,
    governorate,
    district,
    driver,
    scale,
    case
        when driver = 'population_shift'
            then ((now_by_now + before_by_now) / households_now - (now_by_before + before_by_before) / households_before) / 2
        else ((now_by_now - before_by_now) / households_now + (now_by_before - before_by_before) / households_before) / 2
    end as driver_points,
    case
        when driver = 'population_shift' then 0
        else (changed_by_now / households_now + changed_by_before / households_before) / 2
    end as coverage_points,
    mean_before as previous_overall_weighted_mean,
    mean_now as overall_weighted_mean
from totalled
