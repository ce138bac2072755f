-- Which governorates changed most since the round before, and which share of the caseload does each hold, newest round?
-- Unit: households; shares in percent of the national figure of that population. Net change mixes movement and coverage (question 04).
-- A governorate that is on one of the two lists only has no change here.
with series as (
    select
        s.population, s.round, s.governorate, s.governorate_pcode, s.households, n.households as national_households,
        b.households as previous_households
    from governorate_summary as s
    join national_summary as n on n.population = s.population and n.round = s.round
    left join change_summary as c on c.population = s.population and c.round = s.round
    left join governorate_summary as b
        on b.population = s.population and b.round = c.previous_round and b.governorate = s.governorate
)

select
    population, round, governorate, governorate_pcode, households,
    round(100.0 * households / nullif(national_households, 0), 1) as share_of_caseload,
    households - previous_households as net_change
from series as s
where round = (select max(own.round) from series as own where own.population = s.population)
order by population, case when households is null then 1 else 0 end, abs(households - previous_households) desc, governorate
