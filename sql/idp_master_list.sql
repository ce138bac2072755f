-- The idp master list, wide: identity and counts, then households by governorate of origin, shelter and period.
-- A line that ends in "-- each idp breakdown column" stands for one line per breakdown column of the contract.
with edition as (
    select * from list_edition where is_latest_vintage and population = 'idp'
),

carried as (
    select
        k.round,
        bool_or(k.dimension = '{dimension}' and k.category = '{category}') as {column}, -- each idp breakdown column
        count(*) as categories
    from list_category k
    join edition e on e.round = k.round and e.population = k.population and e.vintage_date = k.vintage_date
    group by k.round
),

cells as (
    select
        b.round,
        b.place_id,
        max(case when b.dimension = '{dimension}' and b.category = '{category}' then b.households end) as {column}, -- each idp breakdown column
        bool_or(b.dimension = '{dimension}' and b.category = '{category}' and b.households is null) as unknown_{column}, -- each idp breakdown column
        count(*) as cells
    from location_breakdown b
    join edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    group by b.round, b.place_id
)

select
    p.round,
    p.list_date,
    p.place_id,
    p.location_id,
    p.governorate,
    p.governorate_pcode,
    p.district,
    p.district_pcode,
    p.subdistrict,
    p.location_name_en,
    p.location_name_ar,
    p.latitude,
    p.longitude,
    p.is_camp,
    p.households,
    p.households_in_camp,
    p.individuals,
    p.individuals_in_camp,
    p.individuals_as_provided,
    p.update_status,
    p.release_kind,
    p.subdistrict_basis,
    case when k.{column} and not coalesce(c.unknown_{column}, false) then coalesce(c.{column}, 0) end as {column}, -- each idp breakdown column
    p.completeness
from listed_location p
left join carried k on k.round = p.round
left join cells c on c.round = p.round and c.place_id = p.place_id
where p.population = 'idp'
