-- Each population by governorate, the largest first, with its share of all individuals of the round. What is withheld has no rank.
select
    g.population || '/' || g.governorate as key,
    g.population,
    g.governorate,
    case when g.individuals is not null
        then row_number() over (partition by g.population order by case when g.individuals is null then 1 else 0 end, g.individuals desc, g.governorate)
    end as rank,
    g.households,
    g.individuals,
    case when n.individuals > 0 then cast(g.individuals as double) / n.individuals end as share,
    g.households_status,
    g.individuals_status,
    greatest(g.individuals_status, n.individuals_status) as share_status
from governorate_summary g
join this_round t on t.round = g.round
join national_summary n on n.population = g.population and n.round = g.round
order by g.population, case when g.individuals is null then 1 else 0 end, g.individuals desc, g.governorate
