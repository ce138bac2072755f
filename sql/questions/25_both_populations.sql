-- How many IDPs and how many returnees are in each governorate, newest round with both lists?
-- Units: households, and individuals derived from them. Two populations beside each other: never add them. Empty means that the list has no
-- location there.
with newest as (
    select max(i.round) as round
    from national_summary as i
    join national_summary as r on r.round = i.round
    where i.population = 'idp' and r.population = 'returnee'
),

both_lists as (
    select s.*
    from governorate_summary as s
    join newest as n on n.round = s.round
)

select
    g.governorate, g.governorate_pcode,
    i.households as idp_households, i.individuals as idp_individuals, i.locations as idp_locations,
    r.households as returnee_households, r.individuals as returnee_individuals, r.locations as returnee_locations
from governorate as g
left join both_lists as i on i.governorate = g.governorate and i.population = 'idp'
left join both_lists as r on r.governorate = g.governorate and r.population = 'returnee'
where i.governorate is not null or r.governorate is not null
order by g.governorate
