-- Locations with answers, and the other locations of the master-list round of each index round, with their people out of camp.
with mapped as (
    select distinct index_round, round from clean_index_run where index_name = '{index}'
),

listed as (
    select
        round,
        place_id,
        governorate,
        district,
        subdistrict,
        location_name_en,
        location_name_ar,
        latitude,
        longitude,
        {households_out_of_camp} as households,
        {individuals_out_of_camp} as individuals
    from listed_location
    where population = '{population}' and round in (select round from mapped)
),

held as (
    select distinct round from listed
),

carries as ( -- lists with at least one shelter category that is critical
    select distinct k.round
    from list_category k
    join list_edition e on e.round = k.round and e.population = k.population and e.vintage_date = k.vintage_date
    join shelter_type t on t.population = k.population and t.shelter_type = k.category
    where k.population = '{population}' and k.dimension = 'shelter' and t.shelter_group = 'critical' and e.is_latest_vintage
),

critical as (
    select
        b.round,
        b.place_id,
        cast(case when count(*) = count(b.households) then sum(b.households) end as bigint) as households
    from location_breakdown b
    join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
    join shelter_type t on t.population = b.population and t.shelter_type = b.category
    where b.population = '{population}' and b.dimension = 'shelter' and t.shelter_group = 'critical' and e.is_latest_vintage
    group by b.round, b.place_id
),

assessed as (
    select p.*, m.round
    from clean_index_place p
    join mapped m on m.index_round = p.index_round
    where p.index_name = '{index}'
),

counted as (
    select
        a.index_round,
        a.round,
        a.place_id,
        true as assessed,
        coalesce(l.governorate, a.governorate) as governorate,
        case when l.governorate is null then a.district else l.district end as district,
        coalesce(l.subdistrict, a.subdistrict) as subdistrict,
        coalesce(l.location_name_en, a.location_name_en) as location_name_en,
        coalesce(l.location_name_ar, a.location_name_ar) as location_name_ar,
        a.location_type,
        coalesce(l.latitude, a.latitude) as latitude,
        coalesce(l.longitude, a.longitude) as longitude,
        l.households,
        l.individuals,
        l.place_id is not null as is_listed
    from assessed a
    left join listed l on l.round = a.round and l.place_id = a.place_id
    union all
    select
        m.index_round,
        l.round,
        l.place_id,
        false,
        l.governorate,
        l.district,
        l.subdistrict,
        l.location_name_en,
        l.location_name_ar,
        null,
        l.latitude,
        l.longitude,
        l.households,
        l.individuals,
        true
    from listed l
    join mapped m on m.round = l.round
    where coalesce(l.households, 1) > 0
        and not exists (select 1 from assessed a where a.index_round = m.index_round and a.place_id = l.place_id)
)

select
    c.index_round,
    c.round,
    c.place_id,
    c.assessed,
    c.governorate,
    c.district,
    c.subdistrict,
    c.location_name_en,
    c.location_name_ar,
    c.location_type,
    c.latitude,
    c.longitude,
    c.households as {people_households},
    c.individuals as {people},
    case
        when h.round is null then 'no_master_list'
        when not c.is_listed then 'not_in_list'
        when c.households is null or c.individuals is null then 'not_known'
    end as weight_reason,
    case when c.is_listed and y.round is not null then case when x.place_id is null then 0 else x.households end end
        as critical_shelter_households
from counted c
left join held h on h.round = c.round
left join carries y on y.round = c.round
left join critical x on x.round = c.round and x.place_id = c.place_id
