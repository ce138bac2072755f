-- What the change of the weighted mean overall score goes with, at locations scored in both rounds: for each indicator the
-- change of its points, weighted with the mean of both shares of the people; and the shift of people between locations.
-- All sums are of whole numbers, so that the parts close to the change whatever the order of rows.
with sided_run as ( -- a round is compared with the one before it, and the one after it with it
    select pair, index_round, true as is_now, run from {index}_index_pair
    union all
    select pair, index_round, false, previous_run from {index}_index_pair
),

member as (
    select
        r.pair,
        r.is_now,
        coalesce(x.unit_place, l.place) as unit,
        s.run,
        s.item,
        s.answered_set,
        l.area,
        l.households
    from sided_run r
    join {index}_index_score s on s.run = r.run
    join {index}_index_located l on l.item = s.item
    left join {index}_index_successor x on x.index_round = r.index_round and x.place = l.place
    where s.overall is not null and l.households > 0
),

unit as (
    select
        pair,
        unit,
        coalesce(max(case when is_now then area end), max(area)) as area,
        sum(case when is_now then households end) as households_now,
        sum(case when not is_now then households end) as households_before,
        min(answered_set) <> max(answered_set) as is_changed
    from member
    group by pair, unit
    having bool_or(is_now) and not bool_and(is_now)
),

cluster as (
    select u.pair, u.area, a.governorate, a.district, cast(row_number() over (order by u.pair, u.area) as integer) as cluster
    from (select distinct pair, area from unit) u
    join (select distinct area, governorate, district from {index}_index_located) a on a.area = u.area
),

part as ( -- of each location: its own households, and its share, in whole ones, of those of its unit in the other round
    select
        c.cluster,
        m.is_now,
        u.is_changed,
        m.run,
        m.item,
        m.households as own,
        cast(round(case
            when m.is_now then cast(m.households as double) / u.households_now * u.households_before
            else cast(m.households as double) / u.households_before * u.households_now
        end) as bigint) as other
    from member m
    join unit u on u.pair = m.pair and u.unit = m.unit
    join cluster c on c.pair = u.pair and c.area = u.area
),

summed as (
    select
        p.cluster,
        p.is_now,
        p.is_changed,
        c.number,
        sum(p.own * c.units) as by_own,
        sum(p.other * c.units) as by_other
    from part p
    join {index}_index_points c on c.run = p.run and c.item = p.item
    where c.units > 0
    group by p.cluster, p.is_now, p.is_changed, c.number
),

sided as (
    select
        cluster,
        number,
        sum(case when is_now then by_own else 0 end) as now_by_now,
        sum(case when is_now then by_other else 0 end) as now_by_before,
        sum(case when is_now then 0 else by_other end) as before_by_now,
        sum(case when is_now then 0 else by_own end) as before_by_before,
        sum(case when is_changed then case when is_now then by_own else -by_other end else 0 end) as changed_by_now,
        sum(case when is_changed then case when is_now then by_other else -by_own end else 0 end) as changed_by_before
    from summed
    group by cluster, number
),

pointed as ( -- also the indicators that add nothing anywhere
    select
        c.pair,
        c.governorate,
        c.district,
        k.indicator,
        k.scale,
        coalesce(s.now_by_now, 0) as now_by_now,
        coalesce(s.now_by_before, 0) as now_by_before,
        coalesce(s.before_by_now, 0) as before_by_now,
        coalesce(s.before_by_before, 0) as before_by_before,
        coalesce(s.changed_by_now, 0) as changed_by_now,
        coalesce(s.changed_by_before, 0) as changed_by_before
    from cluster c
    join {index}_index_pair p on p.pair = c.pair
    join {index}_index_run r on r.run = p.run
    join {index}_index_asked k on k.model = r.model
    left join sided s on s.cluster = c.cluster and s.number = k.number
),

peopled as (
    select
        c.pair,
        case when grouping(c.governorate) = 1 then 'national' when grouping(c.district) = 1 then 'governorate' else 'district' end as area_level,
        c.governorate,
        c.district,
        cast(sum(case when p.is_now then p.own else 0 end) as double) as households_now,
        cast(sum(case when p.is_now then 0 else p.own end) as double) as households_before
    from part p
    join cluster c on c.cluster = p.cluster
    group by c.pair, grouping sets ((), (c.governorate), (c.governorate, c.district))
),

by_area as (
    select
        pair,
        case when grouping(governorate) = 1 then 'national' when grouping(district) = 1 then 'governorate' else 'district' end as area_level,
        governorate,
        district,
        case when grouping(indicator) = 1 then 'population_shift' else indicator end as driver,
        scale,
        cast(sum(now_by_now) as double) / 10000000000 as now_by_now,
        cast(sum(now_by_before) as double) / 10000000000 as now_by_before,
        cast(sum(before_by_now) as double) / 10000000000 as before_by_now,
        cast(sum(before_by_before) as double) / 10000000000 as before_by_before,
        cast(sum(changed_by_now) as double) / 10000000000 as changed_by_now,
        cast(sum(changed_by_before) as double) / 10000000000 as changed_by_before
    from pointed
    group by pair, grouping sets (
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
        on p.pair = a.pair
        and p.area_level = a.area_level and p.governorate is not distinct from a.governorate
        and p.district is not distinct from a.district
    window area as (partition by a.pair, a.area_level, a.governorate, a.district)
)

select
    p.index_round,
    p.previous_index_round,
    p.model_id,
    p.model_version,
    p.model_status,
    t.area_level,
    case t.area_level
        when 'national' then 'All'
        when 'governorate' then coalesce(t.governorate, 'not known')
        else concat(coalesce(t.governorate, 'not known'), ' > ', coalesce(t.district, 'not known'))
    end as area,
    t.governorate,
    t.district,
    t.driver,
    t.scale,
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
from totalled t
join {index}_index_pair p on p.pair = t.pair
