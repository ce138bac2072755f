-- Both lists under each other, newest vintage, with individuals derived from households by the multiplier rule:
-- what the master lists show and the summaries add up.
with edition as (
    select * from list_edition where is_latest_vintage
),

carries_camp as ( -- lists that have at least one camp category
    select distinct k.round, k.population, k.vintage_date
    from list_category k
    join shelter_type t on t.population = k.population and t.shelter_type = k.category
    where k.dimension = 'shelter' and t.shelter_group = 'camp'
),

counted as (
    select
        c.*,
        e.list_date,
        e.release_kind,
        e.completeness,
        case
            when k.round is null then null
            when m.place_id is null then 0
            when m.households_in_camp <= c.households then m.households_in_camp
        end as households_in_camp -- not known where a list gives more households in camp than households
    from location_count c
    join edition e on e.round = c.round and e.population = c.population and e.vintage_date = c.vintage_date
    left join carries_camp k on k.round = c.round and k.population = c.population and k.vintage_date = c.vintage_date
    left join location_margin m
        on m.round = c.round and m.population = c.population and m.vintage_date = c.vintage_date and m.place_id = c.place_id
        and m.dimension = 'shelter'
)

select
    x.population,
    x.round,
    x.list_date,
    x.place_id,
    l.location_id,
    l.governorate,
    g.governorate_pcode,
    l.district,
    d.district_pcode,
    d.district_pcode_match,
    l.subdistrict,
    l.subdistrict_basis,
    l.location_name_en,
    l.location_name_ar,
    l.latitude,
    l.longitude,
    x.households_in_camp = x.households as is_camp,
    x.households,
    cast(x.households_in_camp as bigint) as households_in_camp,
    cast(case
        when r.in_camp = r.out_of_camp then x.households * r.out_of_camp
        else (x.households - x.households_in_camp) * r.out_of_camp + x.households_in_camp * r.in_camp
    end as bigint) as individuals,
    cast(x.households_in_camp * r.in_camp as bigint) as individuals_in_camp,
    x.individuals_as_provided,
    x.update_status,
    x.release_kind,
    x.completeness
from counted x
join round_multiplier r on r.population = x.population and r.round = x.round
join location_listing l
    on l.round = x.round and l.population = x.population and l.vintage_date = x.vintage_date and l.place_id = x.place_id
join governorate g on g.governorate = l.governorate
join district d on d.governorate = l.governorate and d.district = l.district
