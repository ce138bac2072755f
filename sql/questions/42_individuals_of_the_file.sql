-- Why do individuals here differ from those in the file?
-- Unit: individuals. individuals_as_provided is the column of the file, x6 for every household; individuals is derived by table
-- multiplier_rule: from R117 with 5 for IDP households in camps, as the published reports count. The difference is those in camps.
with listed as (
    select round, 'idp' as population, households_in_camp, individuals, individuals_as_provided from idp_master_list
    union all
    select round, 'returnee', households_in_camp, individuals, individuals_as_provided from returnee_master_list
)

select
    population, round,
    case when count(individuals_as_provided) = count(*) then sum(individuals_as_provided) end as individuals_as_provided,
    case when count(individuals) = count(*) then sum(individuals) end as individuals,
    case
        when count(individuals) = count(*) and count(individuals_as_provided) = count(*)
            then sum(individuals_as_provided) - sum(individuals)
    end as difference,
    case when count(households_in_camp) = count(*) then sum(households_in_camp) end as households_in_camp
from listed
group by population, round
order by population, round
