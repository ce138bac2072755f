-- Which published figures are known to differ from the lists, and does the list held here still give the recorded figure?
-- Units: as the measure says. published_value is what IOM printed, list_value what the list gave when the cause was recorded.
-- dtm reconcile FILE compares any other figures: exact, different with a recorded cause, different, or no list.
with held as (
    select population, round, 'households' as measure, households as held_value from national_summary
    union all
    select population, round, 'individuals', individuals from national_summary
    union all
    select population, round, 'locations', locations from national_summary
    union all
    select population, round, 'districts', districts from national_summary
    union all
    select population, round, 'governorates', governorates from national_summary
)

select
    d.population, d.round, d.publication_kind, d.measure, d.published_value, d.list_value, h.held_value,
    case
        when h.held_value is null then 'no list'
        when h.held_value = d.published_value then 'exact'
        when h.held_value = d.list_value then 'different, cause known'
        else 'different'
    end as verdict,
    d.cause
from published_difference as d
left join held as h on h.population = d.population and h.round = d.round and h.measure = d.measure
order by d.population, d.round, d.publication_kind, d.measure, d.published_value
