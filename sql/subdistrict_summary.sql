-- Households, individuals and locations of each sub-district, in and out of camps; one row without a name where the list has none.
-- A sum is null where one of its parts is not known; reporting_locations says how many parts were known.
select
    population,
    round,
    list_date,
    governorate,
    district,
    subdistrict,
    subdistrict_basis,
    cast(sum(households) as bigint) as households,
    cast(case when count(*) = count(households_in_camp) then sum(households_in_camp) end as bigint) as households_in_camp,
    cast(case when count(*) = count(households_in_camp) then sum(households - households_in_camp) end as bigint) as households_out_of_camp,
    cast(case when count(*) = count(individuals) then sum(individuals) end as bigint) as individuals,
    cast(case when count(*) = count(individuals_in_camp) then sum(individuals_in_camp) end as bigint) as individuals_in_camp,
    cast(case when count(*) = count(individuals_in_camp) then sum(individuals - individuals_in_camp) end as bigint) as individuals_out_of_camp,
    count(*) as locations,
    case when count(*) = count(is_camp) then count(*) filter (where is_camp) end as locations_in_camp,
    count(individuals) as reporting_locations,
    max(completeness) as completeness
from listed_location
group by population, round, list_date, governorate, district, subdistrict, subdistrict_basis
