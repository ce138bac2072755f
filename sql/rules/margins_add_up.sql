-- Rounds in which a summary by category holds other households than location_breakdown.
with fact as (
    select b.population, b.round, b.dimension, sum(b.households) as households
    from location_breakdown b
    join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    where e.is_latest_vintage
    group by b.population, b.round, b.dimension
),

shown as (
    select population, round, 'shelter' as dimension, sum(households) as households
    from shelter_summary
    group by population, round
    union all
    select population, round, 'period' as dimension, sum(households) as households
    from period_summary
    group by population, round
    union all
    select 'idp' as population, round, 'origin_governorate' as dimension, sum(households) as households
    from idp_origin_to_displacement
    group by round
    union all
    select 'returnee' as population, round, 'last_displacement' as dimension, sum(households) as households
    from returnee_last_displacement_to_return
    group by round
    union all
    select 'idp' as population, round, 'origin_district' as dimension, sum(households) as households
    from origin_district_summary
    group by round
)

select
    coalesce(f.population, s.population) as population,
    coalesce(f.round, s.round) as round,
    coalesce(f.dimension, s.dimension) as dimension
from fact f
full join shown s on s.population = f.population and s.round = f.round and s.dimension = f.dimension
where coalesce(f.households, 0) <> coalesce(s.households, 0)
