-- Figures of other sources against the list that comes out. A camp of ours that a camp list does not have stands here too.
with ours as (
    select 'camp' as comparison_level, place_id as area, sum(households) filter (where is_listed) as households
    from record
    where population = 'idp'
    group by place_id
    union all
    select 'district', district, sum(households) filter (where is_listed)
    from record
    where population = 'idp'
    group by district
    union all
    select 'governorate', governorate, sum(households) filter (where is_listed)
    from record
    where population = 'idp'
    group by governorate
),

camp as ( -- locations whose households are all in the camp category
    select c.place_id, sum(c.households) as households
    from list_cell c
    join list_row r on r.population = c.population and r.place_id = c.place_id
    join shelter_type t on t.population = c.population and t.shelter_type = c.category
    where c.population = 'idp' and c.dimension = 'shelter' and t.shelter_group = 'camp'
    group by c.place_id
    having sum(c.households) = min(r.households)
),

paired as (
    select
        f.comparison_source,
        f.comparison_level,
        f.area,
        f.area_name,
        o.households as our_households,
        f.their_households,
        f.as_of_date
    from comparison_figure f
    left join ours o on o.comparison_level = f.comparison_level and o.area = f.area
    union all
    select s.comparison_source, 'camp', c.place_id, coalesce(l.location_name_en, l.location_name_ar), c.households, null, null
    from camp c
    join list_row l on l.population = 'idp' and l.place_id = c.place_id
    join (select distinct comparison_source from comparison_figure where comparison_level = 'camp') s on true
    where not exists (
        select 1 from comparison_figure f
        where f.comparison_source = s.comparison_source and f.comparison_level = 'camp' and f.area = c.place_id
    )
)

select
    p.round,
    x.comparison_source,
    x.comparison_level,
    x.area,
    x.area_name,
    cast(x.our_households as bigint) as our_households,
    x.their_households,
    cast(x.our_households - x.their_households as bigint) as gap_households,
    x.as_of_date,
    cast(p.list_date - x.as_of_date as bigint) as age_days,
    coalesce(
        abs(x.our_households - x.their_households) > p.comparison_share * x.their_households
        and abs(x.our_households - x.their_households) >= p.comparison_households,
        coalesce(x.our_households, 0) > 0 or coalesce(x.their_households, 0) > 0
    ) as needs_decision,
    v.decision as comparison_decision,
    v.comment,
    v.reviewer,
    v.decided_at
from paired x
cross join policy p
-- a verdict holds for the figure that was seen
left join comparison_verdict v
    on v.check_binding = 'c29: ' || concat_ws(' ', x.comparison_source, x.comparison_level, x.area, coalesce(cast(x.their_households as varchar), '-'))
