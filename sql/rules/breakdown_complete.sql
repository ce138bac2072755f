-- Rounds and categories whose households differ between the wide master lists and location_breakdown.
with fact as (
    select b.population, b.round, b.dimension, b.category, sum(b.households) as households
    from location_breakdown b
    join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    where e.is_latest_vintage and b.households is not null and b.dimension <> 'origin_district'
    group by b.population, b.round, b.dimension, b.category
),

idp_shown as (
    select
        sum({column}) as {column}, -- each idp breakdown column
        round
    from idp_master_list
    group by round
),

returnee_shown as (
    select
        sum({column}) as {column}, -- each returnee breakdown column
        round
    from returnee_master_list
    group by round
),

shown as (
    select 'idp' as population, round, '{dimension}' as dimension, '{category}' as category, {column} as households from idp_shown union all -- each idp breakdown column
    select 'returnee' as population, round, '{dimension}' as dimension, '{category}' as category, {column} as households from returnee_shown union all -- each returnee breakdown column
    select null, null, null, null, null where false
)

select coalesce(f.population, s.population) as population, coalesce(f.round, s.round) as round, coalesce(f.dimension, s.dimension) as dimension, coalesce(f.category, s.category) as category
from fact f
full join shown s on s.population = f.population and s.round = f.round and s.dimension = f.dimension and s.category = f.category
where coalesce(f.households, 0) <> coalesce(s.households, 0)
