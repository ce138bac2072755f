-- How many households and individuals are in each district, with p-codes to join a map, newest round?
-- Units: households, which are counted; individuals, derived. district_pcode_match says how the OCHA code was found: by name, or as the
-- COD-AB district that contains it, which several DTM districts may share: then join on both, or the map counts twice.
select
    population, round, governorate, governorate_pcode, district, district_pcode, district_pcode_match, households, individuals,
    locations
from district_summary as d
where round = (select max(own.round) from district_summary as own where own.population = d.population)
order by population, governorate, district
