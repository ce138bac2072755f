-- Counts far from the others of their population, in numbers and in logs, that are no continuation of the list before.
with spread as (
    select
        population,
        avg(households) as mean,
        stddev_samp(households) as deviation,
        avg(ln(households)) as log_mean,
        stddev_samp(ln(households)) as log_deviation
    from interview
    where is_judged and is_counted and households > 0 and visit_type = 'interview'
    group by population
)

select i.uuid, i.population, i.place_id, 'households' as question, cast(i.households as varchar) as old_value,
    i.households || ' households are far from what other locations have (mean ' || cast(round(s.mean) as integer) || ').' as issue,
    cast(null as varchar) as group_key
from interview i
join spread s on s.population = i.population
left join frame_count f on f.population = i.population and f.place_id = i.place_id
cross join policy p
where i.is_judged and i.is_counted and i.households > 0 and i.visit_type = 'interview'
    and abs(i.households - s.mean) > p.outlier_deviations * s.deviation
    and abs(ln(i.households) - s.log_mean) > p.outlier_deviations * s.log_deviation
    and not coalesce(abs(i.households - f.households) <= p.change_share * f.households, false)
