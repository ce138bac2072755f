-- Rounds and breakdown columns whose households differ between the wide master lists and location_breakdown.
with fact as (
    select
        b.population,
        b.round,
        replace(b.dimension, '_governorate', '') || '_' || b.category as breakdown_column, -- origin_anbar, shelter_tents
        sum(b.households) as households
    from location_breakdown b
    join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    where e.is_latest_vintage and b.households is not null and b.dimension <> 'origin_district'
    group by b.population, b.round, b.dimension, b.category
),

idp_shown as (
    select round, sum(columns('^(origin|shelter|period)_')) as '\0'
    from idp_master_list
    group by round
),

returnee_shown as (
    select round, sum(columns('^(last_displacement|shelter|period)_')) as '\0'
    from returnee_master_list
    group by round
),

shown as (
    select 'idp' as population, round, breakdown_column, households
    from idp_shown unpivot (households for breakdown_column in (columns(* exclude (round))))
    union all
    select 'returnee' as population, round, breakdown_column, households
    from returnee_shown unpivot (households for breakdown_column in (columns(* exclude (round))))
)

select coalesce(f.population, s.population) as population, coalesce(f.round, s.round) as round, coalesce(f.breakdown_column, s.breakdown_column) as breakdown_column
from fact f
full join shown s on s.population = f.population and s.round = f.round and s.breakdown_column = f.breakdown_column
where coalesce(f.households, 0) <> coalesce(s.households, 0)
