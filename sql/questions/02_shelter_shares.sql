-- Which share of IDP households lives in camps, private, critical, unknown and unclassified shelter, by round?
-- Unit: households; shares in percent of the households whose shelter is on the list. A sum with a part that is withheld is not given.
-- A cell that a list leaves unknown counts nothing here. Shelter is a margin: it cannot be crossed with origin or period.
with by_group as (
    select
        round, shelter_group,
        case when count(households) = count(*) then sum(households) end as households
    from shelter_summary
    where population = 'idp'
    group by round, shelter_group
)

select
    round, shelter_group, households,
    case
        when count(households) over (partition by round) = count(*) over (partition by round)
            then round(100.0 * households / nullif(sum(households) over (partition by round), 0), 1)
    end as share
from by_group
order by round, case when households is null then 1 else 0 end, households desc, shelter_group
