-- Sub-districts, or units in their place, by the hotspot rules of the model: a: high on a scale; b: medium on a scale with
-- many people. Those that just miss a rule are near. The sentence gives the numbers behind it.
with units as (
    select
        u.unit,
        u.run,
        u.index_round,
        u.round,
        u.model_id,
        u.model_version,
        u.model_status,
        u.area,
        case when count(distinct u.governorate) = 1 then max(u.governorate) end as governorate,
        case when count(distinct u.district) = 1 then max(u.district) end as district,
        max(u.unit_name) as unit_name,
        count(*) filter (where u.assessed) as locations,
        cast(sum(u.{people}) filter (where u.assessed) as bigint) as {people},
        coalesce(cast(sum(u.{people}) filter (where u.is_scored) as double), 0) / nullif(sum(u.{people}), 0) as scored_share,
        max(m.hotspot_large_mode) as large_mode,
        max(m.hotspot_large_value) as large_value
    from {index}_index_unit u
    join clean_index_model m on m.model_id = u.model_id and m.model_version = u.model_version
    group by u.unit, u.run, u.index_round, u.round, u.model_id, u.model_version, u.model_status, u.area
    having count(*) filter (where u.assessed) > 0
),

placed as ( -- where in the order of their people the percentile falls, between two units
    select
        *,
        row_number() over (partition by run order by {people}) - 1 as place,
        0.01 * large_value * (count(*) over (partition by run) - 1) as wanted
    from units
    where {people} is not null
),

large as ( -- from how many people on a unit has many
    select
        run,
        case max(large_mode)
            when 'absolute' then max(large_value)
            else
                max({people}) filter (where place = floor(wanted)) * (1 - (max(wanted) - floor(max(wanted))))
                + max({people}) filter (where place = ceil(wanted)) * (max(wanted) - floor(max(wanted)))
        end as many
    from placed
    group by run
),

sized as (
    select
        u.*,
        l.many,
        coalesce(u.{people} >= l.many, false) as is_large,
        coalesce(u.{people} >= 0.9 * l.many, false) as is_nearly_large,
        coalesce(u.scored_share >= 0.5, false) as is_assessable
    from units u
    left join large l on l.run = u.run
),

ruled as (
    select
        u.unit,
        bool_or(s.is_high or (s.is_medium and u.is_large)) as is_hotspot,
        bool_or(
            s.is_nearly_high or (s.is_medium and u.is_nearly_large) or (s.is_nearly_medium and u.is_large)
        ) as is_near,
        string_agg(
            case when s.is_high then concat('a:', s.scale) when s.is_medium and u.is_large then concat('b:', s.scale) end,
            ';' order by s.scale_order
        ) as rules,
        string_agg(
            concat(
                s.scale_en, ' ', replace(s.category, '_', ' '),
                case when s.score is not null then concat(' (', printf('%.1f', s.score), '; high from ', printf('%g', s.high_bound), ')') else '' end
            ),
            ', ' order by s.scale_order
        ) as said,
        max(s.score) filter (where s.scale = '{scale}') as {scale}, -- each {index} scale
        max(s.category) filter (where s.scale = '{scale}') as {scale}_category, -- each {index} scale
        count(*) as scales
    from sized u
    join {index}_index_unit_scale s on s.unit = u.unit
    group by u.unit
),

peopled as ( -- households at the scored locations
    select u.unit, nullif(sum(u.{people_households}), 0) as households
    from {index}_index_unit u
    join {index}_index_score s on s.run = u.run and s.item = u.item
    where s.overall is not null
    group by u.unit
),

added as (
    select u.unit, u.run, p.number, sum(p.units * u.{people_households}) as units
    from {index}_index_unit u
    join {index}_index_points p on p.run = u.run and p.item = u.item
    where p.units > 0
    group by u.unit, u.run, p.number
),

weighed as (
    select a.unit, a.run, a.number, cast(a.units as double) / 10000000000 / h.households as points
    from added a
    join peopled h on h.unit = a.unit
),

ranked as (
    select
        w.*,
        row_number() over (partition by unit order by points desc, number) as place
    from weighed w
    where points > 0
),

labelled as (
    select distinct r.unit, r.points, r.place, k.indicator, l.indicator_en
    from ranked r
    join {index}_index_run m on m.run = r.run
    join {index}_index_asked k on k.model = m.model and k.number = r.number
    join clean_index_model_level l
        on l.model_id = m.model_id and l.model_version = m.model_version and l.indicator = k.indicator
    where r.place <= 3
),

top as (
    select
        unit,
        max(indicator) filter (where place = 1) as top_1,
        max(points) filter (where place = 1) as top_1_points,
        max(indicator) filter (where place = 2) as top_2,
        max(points) filter (where place = 2) as top_2_points,
        max(indicator) filter (where place = 3) as top_3,
        max(points) filter (where place = 3) as top_3_points,
        string_agg(concat(indicator_en, ' ', printf('%.1f', points)), '; ' order by place) as said
    from labelled
    group by unit
),

judged as (
    select
        u.*,
        case
            when not u.is_assessable or r.unit is null then 'not_assessable'
            when r.is_hotspot then 'hotspot'
            when r.is_near then 'near'
            else 'no'
        end as hotspot_status,
        r.rules,
        r.said,
        r.{scale}, -- each {index} scale
        r.{scale}_category, -- each {index} scale
        r.scales
    from sized u
    left join ruled r on r.unit = u.unit
)

select
    j.index_round,
    j.round,
    j.model_id,
    j.model_version,
    j.model_status,
    j.area,
    j.governorate,
    j.district,
    j.unit_name,
    j.hotspot_status,
    case when j.hotspot_status = 'hotspot' then j.rules end as hotspot_rules,
    concat(
        case j.hotspot_status
            when 'hotspot' then concat('Hotspot by ', j.rules, ': ')
            when 'near' then 'Near a hotspot: '
            when 'no' then 'No hotspot: '
            when 'not_assessable' then
                case
                    when j.scored_share is null then 'Not assessable, its people are not known: '
                    else concat('Not assessable, only ', printf('%.0f', 100 * j.scored_share), '% of its people are at scored locations: ')
                end
        end,
        coalesce(j.said, 'no scale is scored'),
        case when j.{people} is not null then concat('; ', j.{people}, ' {people}, many from ', printf('%.0f', j.many)) else '' end,
        '.',
        coalesce(concat(' Largest parts: ', t.said, '.'), '')
    ) as sentence,
    j.locations,
    j.{people},
    j.scored_share,
    j.{scale}, -- each {index} scale
    j.{scale}_category, -- each {index} scale
    t.top_1,
    t.top_1_points,
    t.top_2,
    t.top_2_points,
    t.top_3,
    t.top_3_points
from judged j
left join top t on t.unit = j.unit
