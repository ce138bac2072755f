-- How many IDPs and returnees were there in each round, and how do they compare with the round before?
-- Units: households, which are counted; individuals, derived from them (table multiplier_rule). Both are stocks on the list date.
-- A round is not a month. method_changes counts what changed in the method since the round before: question 06 names it.
-- Only rounds that are held are compared. The two populations stand below each other and are never added.
with series as (
    select
        population, round, list_date, households, individuals, locations, completeness,
        lag(round) over (partition by population order by round) as previous_round,
        lag(households) over (partition by population order by round) as previous_households
    from national_summary
)

select
    population, round, list_date, households, households - previous_households as households_change,
    round(100.0 * (households - previous_households) / nullif(previous_households, 0), 1) as change_percent,
    individuals, locations, completeness,
    (
        select count(*)
        from method_break as b
        where b.round > s.previous_round and b.round <= s.round and b.affected_population in (s.population, 'both')
    ) as method_changes
from series as s
order by population, round
