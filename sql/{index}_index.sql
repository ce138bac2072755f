-- The index, location by location: scores, categories, why there is none, and the three largest parts.
-- A line that ends in "-- each ... scale" stands for one line per scale.
with rated as ( -- run and location as one number, and so the points with the indicator that comes first among equal ones
    select
        run,
        item,
        number,
        points,
        cast(run as bigint) * 1000000000 + item as located,
        units * 64 + 63 - number as rate
    from {index}_index_points
    where points > 0
),

placed as (
    select *, row_number() over (partition by located order by rate desc) as place from rated
),

ranked as (
    select p.run, p.item, k.indicator, p.points, p.place
    from placed p
    join {index}_index_asked k on k.run = p.run and k.number = p.number
    where p.place <= 3
),

top as (
    select
        run,
        item,
        max(indicator) filter (where place = 1) as top_1,
        max(points) filter (where place = 1) as top_1_points,
        max(indicator) filter (where place = 2) as top_2,
        max(points) filter (where place = 2) as top_2_points,
        max(indicator) filter (where place = 3) as top_3,
        max(points) filter (where place = 3) as top_3_points
    from ranked
    group by run, item
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
    t.top_1,
    t.top_1_points,
    t.top_2,
    t.top_2_points,
    t.top_3,
    t.top_3_points
from {index}_index_place p
join {index}_index_run r on r.index_round = p.index_round
left join {index}_index_item i on i.index_round = p.index_round and i.place_id = p.place_id
left join {index}_index_score s on s.run = r.run and s.item = i.item
left join clean_index_model_category c_{scale} on c_{scale}.model_id = r.model_id and c_{scale}.model_version = r.model_version and c_{scale}.scale = '{scale}' and s.{scale} + 1e-9 >= c_{scale}.lower_bound and (c_{scale}.upper_bound is null or s.{scale} + 1e-9 < c_{scale}.upper_bound) -- each {index} scale
left join clean_index_model_category c
    on c.model_id = r.model_id and c.model_version = r.model_version and c.scale = 'overall'
    and s.overall + 1e-9 >= c.lower_bound and (c.upper_bound is null or s.overall + 1e-9 < c.upper_bound)
left join top t on t.run = r.run and t.item = i.item
