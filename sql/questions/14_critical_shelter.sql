-- Which share of households lives in critical shelter, round by round, IDPs and returnees?
-- Unit: households; share in percent of the households whose shelter is on the list. A share needs all its parts: none is given where a
-- figure is withheld. Terms changed at R106, R109, R110 and R122 (question 06); unclassified are those whose group is not known.
with by_round as (
    select
        population, round,
        case when count(households) = count(*) then sum(households) end as households,
        case when count(households) = count(*) then sum(case when shelter_group = 'critical' then households else 0 end) end
            as critical_households,
        case when count(households) = count(*) then sum(case when shelter_group = 'unclassified' then households else 0 end) end
            as unclassified_households
    from shelter_summary
    group by population, round
)

select
    population, round, critical_households, unclassified_households, households,
    round(100.0 * critical_households / nullif(households, 0), 1) as critical_share
from by_round
order by population, round
