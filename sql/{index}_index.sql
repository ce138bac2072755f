-- The index, location by location: scores, categories, why there is none, and the three largest parts.
-- A line that ends in "-- each ... scale" stands for one line per scale.
with rated as ( -- the points with the indicator that comes first among equal ones
    select run, item, number, points, units * 64 + 63 - number as rate
    from {index}_index_points
    where points > 0
),

ranked as (
    select run, item, arg_max(number, rate, 3) as numbers, arg_max(points, rate, 3) as points
    from rated
    group by run, item
),

top as (
    select
        run,
        item,
        numbers[1] as number_1,
        points[1] as points_1,
        numbers[2] as number_2,
        points[2] as points_2,
        numbers[3] as number_3,
        points[3] as points_3
    from ranked
),

category as (
    select m.model, c.scale, c.category, c.report_group, c.lower_bound, c.upper_bound
    from clean_index_model_category c
    join (select distinct model, model_id, model_version from {index}_index_run) m
        on m.model_id = c.model_id and m.model_version = c.model_version
)

select
    p.index_round,
    p.round,
    p.place_id,
    r.model_id,
    r.model_version,
    r.model_status,
    p.assessed,
    p.governorate,
    p.district,
    p.subdistrict,
    p.location_name_en,
    p.location_name_ar,
    p.location_type,
    p.latitude,
    p.longitude,
    p.{people_households},
    p.{people},
    p.weight_reason,
    p.critical_shelter_households,
    s.{scale}, -- each {index} scale
    s.{scale}_min, -- each {index} scale
    s.{scale}_max, -- each {index} scale
    s.{scale}_answered, -- each {index} scale
    s.{scale}_applicable, -- each {index} scale
    c_{scale}.category as {scale}_category, -- each {index} scale
    s.{scale}_reason, -- each {index} scale
    s.overall,
    s.overall_min,
    s.overall_max,
    c.category,
    c.report_group,
    c.report_group = 'high' as severe,
    case when p.assessed then s.reason else 'not_assessed' end as reason,
    k1.indicator as top_1,
    t.points_1 as top_1_points,
    k2.indicator as top_2,
    t.points_2 as top_2_points,
    k3.indicator as top_3,
    t.points_3 as top_3_points
from {index}_index_place p
join {index}_index_run r on r.index_round = p.index_round
left join {index}_index_item i on i.index_round = p.index_round and i.place_id = p.place_id
left join {index}_index_score s on s.run = r.run and s.item = i.item
left join category c_{scale} on c_{scale}.model = r.model and c_{scale}.scale = '{scale}' and s.{scale} + 1e-9 >= c_{scale}.lower_bound and (c_{scale}.upper_bound is null or s.{scale} + 1e-9 < c_{scale}.upper_bound) -- each {index} scale
left join category c
    on c.model = r.model and c.scale = 'overall'
    and s.overall + 1e-9 >= c.lower_bound and (c.upper_bound is null or s.overall + 1e-9 < c.upper_bound)
left join top t on t.run = r.run and t.item = i.item
left join {index}_index_asked k1 on k1.model = r.model and k1.number = t.number_1
left join {index}_index_asked k2 on k2.model = r.model and k2.number = t.number_2
left join {index}_index_asked k3 on k3.model = r.model and k3.number = t.number_3
