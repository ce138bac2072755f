-- How many locations have fewer than five households, and how many households do they hold together?
-- Units: locations, households; shares in percent. Of published lists these small counts are public; the public release withholds them, so
-- this is a question to the data folder: there it gives nothing that could be worked out.
with listed as (
    select round, 'idp' as population, households from idp_master_list
    union all
    select round, 'returnee', households from returnee_master_list
)

select
    population, round, count(*) as locations, sum(case when households < 5 then 1 else 0 end) as small_locations,
    round(100.0 * sum(case when households < 5 then 1 else 0 end) / count(*), 1) as small_locations_share,
    round(100.0 * sum(case when households < 5 then households else 0 end) / nullif(sum(households), 0), 2) as small_households_share
from listed
group by population, round
having count(households) = count(*)
order by population, round
