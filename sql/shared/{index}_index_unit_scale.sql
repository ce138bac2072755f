-- The score and category of each scale over the locations of a hotspot unit, and how far it is from being high or medium.
with bound as (
    select
        c.model_id,
        c.model_version,
        c.scale,
        max(c.lower_bound) filter (where c.category = m.hotspot_high_from) as high_bound,
        max(c.lower_bound) filter (where c.category = m.hotspot_medium_from) as medium_bound,
        max(c.category_order) filter (where c.category = m.hotspot_high_from) as high_order,
        max(c.category_order) filter (where c.category = m.hotspot_medium_from) as medium_order
    from clean_index_model_category c
    join clean_index_model m on m.model_id = c.model_id and m.model_version = c.model_version
    where c.scale <> 'overall' and m.hotspot_aggregation is not null
    group by c.model_id, c.model_version, c.scale
),

score as (
    select run, item, 'none' as scale, null as score from {index}_index_scale where false
    union all select run, item, '{scale}', {scale} from {index}_index_scale -- each {index} scale
),

scored as (
    select
        u.unit,
        u.run,
        s.scale,
        s.score,
        u.{people_households} as households,
        c.category_order
    from {index}_index_unit u
    join score s on s.run = u.run and s.item = u.item
    join clean_index_model_category c
        on c.model_id = u.model_id and c.model_version = u.model_version and c.scale = s.scale
        and s.score + 1e-9 >= c.lower_bound and (c.upper_bound is null or s.score + 1e-9 < c.upper_bound)
),

added as (
    select
        unit,
        run,
        scale,
        cast(sum(cast(score as decimal(18, 12)) * households) as double) / nullif(sum(households), 0) as weighted_mean,
        cast(sum(cast(score as decimal(18, 12))) as double) / count(*) as plain_mean,
        sum(households) as households
    from scored
    group by unit, run, scale
),

majority as ( -- the category of locations where more than half of the people live
    select s.unit, s.scale, s.category_order
    from scored s
    join added a on a.unit = s.unit and a.scale = s.scale
    group by s.unit, s.scale, s.category_order
    having 2 * sum(s.households) > max(a.households)
),

judged as (
    select
        a.unit,
        r.model_id,
        r.model_version,
        a.scale,
        case m.hotspot_aggregation when 'returnee_weighted_mean' then a.weighted_mean when 'mean' then a.plain_mean end as score,
        j.category_order as majority_order
    from added a
    join {index}_index_run r on r.run = a.run
    join clean_index_model m on m.model_id = r.model_id and m.model_version = r.model_version
    left join majority j on m.hotspot_aggregation = 'majority_of_returnees' and j.unit = a.unit and j.scale = a.scale
)

select
    j.unit,
    j.scale,
    c.scale_en,
    c.scale_order,
    j.score,
    c.category,
    b.high_bound,
    c.category_order >= b.high_order as is_high,
    c.category_order >= b.medium_order and c.category_order < b.high_order as is_medium,
    coalesce(j.score + 1e-9 < b.high_bound and j.score + 2 + 1e-9 >= b.high_bound, false) as is_nearly_high,
    coalesce(j.score + 1e-9 < b.medium_bound and j.score + 2 + 1e-9 >= b.medium_bound, false) as is_nearly_medium
from judged j
join bound b on b.model_id = j.model_id and b.model_version = j.model_version and b.scale = j.scale
join clean_index_model_category c
    on c.model_id = j.model_id and c.model_version = j.model_version and c.scale = j.scale
    and (
        c.category_order = j.majority_order
        or (j.score + 1e-9 >= c.lower_bound and (c.upper_bound is null or j.score + 1e-9 < c.upper_bound))
    )
