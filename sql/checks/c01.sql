-- Margins that do not add up to the households of the record; districts of origin also against their governorate.
with margin as (
    select
        i.uuid,
        d.dimension,
        i.population,
        i.place_id,
        i.households,
        coalesce(sum(c.households), 0) as summed,
        count(c.uuid) as cells
    from interview i
    join asked_dimension d on d.population = i.population
    left join cell c on c.uuid = i.uuid and c.dimension = d.dimension
    where i.is_judged and i.is_counted and i.households >= 0
    group by i.uuid, d.dimension, i.population, i.place_id, i.households
),

wrong as (
    select m.*, string_agg(c.question || ' ' || c.households, ', ' order by c.question) as said
    from margin m
    left join cell c on c.uuid = m.uuid and c.dimension = m.dimension
    where m.summed <> m.households and (m.dimension <> 'origin_district' or m.cells > 0)
    group by all
),

by_governorate as (
    select
        c.uuid,
        coalesce(d.governorate_code, c.category) as governorate_code,
        coalesce(sum(c.households) filter (where c.dimension = 'origin_district'), 0) as in_districts,
        coalesce(sum(c.households) filter (where c.dimension = 'origin_governorate'), 0) as in_governorate
    from cell c
    left join district_code d on c.dimension = 'origin_district' and d.district_code = c.category
    where c.dimension in ('origin_governorate', 'origin_district')
        and c.uuid in (select uuid from cell where dimension = 'origin_district')
    group by c.uuid, coalesce(d.governorate_code, c.category)
)

select uuid, population, place_id, 'households' as question, cast(households as varchar) as old_value,
    'The ' || replace(dimension, '_', ' ') || ' cells add up to ' || summed || ', households are ' || households || coalesce(': ' || said, '') || '.' as issue,
    dimension || ' ~/~ ' || uuid as group_key
from wrong
union all
select i.uuid, i.population, i.place_id, 'origin_' || b.governorate_code, cast(b.in_governorate as varchar),
    'The districts of origin in ' || b.governorate_code || ' add up to ' || b.in_districts || ', the governorate has ' || b.in_governorate || '.',
    null
from by_governorate b
join interview i on i.uuid = b.uuid
where b.in_districts <> b.in_governorate and i.households >= 0
