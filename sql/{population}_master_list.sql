-- A master list, wide: identity and counts, then households by governorate of origin or last displacement, shelter
-- and period. A line that ends in "-- each ..." stands for one line per breakdown column of the contract.
with edition as (
    select * from list_edition where is_latest_vintage and population = '{population}'
),

category as (
    select k.round, replace(k.dimension, '_governorate', '') || '_' || k.category as breakdown_column -- origin_anbar, shelter_tents
    from list_category k
    join edition e on e.round = k.round and e.population = k.population and e.vintage_date = k.vintage_date
),

carried as ( -- 0 in the columns of categories that a list has: what it says of a place without a cell
    pivot category on breakdown_column in (
        '{column}', -- each {population} breakdown column
    ) using any_value(0) group by round
),

cell as ( -- -1 marks a cell that is not known, inside this query only
    select
        b.round,
        b.place_id,
        c.position,
        coalesce(b.households, -1) as households
    from location_breakdown b
    join breakdown_column c on c.population = b.population and c.dimension = b.dimension and c.category = b.category
    join edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    where b.population = '{population}'
),

cells as (
    select
        max(case when position = {position} then households end) as {column}, -- each {population} breakdown column
        round,
        place_id
    from cell
    group by round, place_id
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
    nullif(coalesce(c.{column}, k.{column}), -1) as {column}, -- each {population} breakdown column
    p.completeness
from listed_location p
left join carried k on k.round = p.round
left join cells c on c.round = p.round and c.place_id = p.place_id
where p.population = '{population}'
