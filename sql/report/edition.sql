-- The lists of which the round consists, as exported last.
select
    e.population as key,
    e.population,
    e.list_date,
    e.vintage_date,
    e.release_kind,
    e.completeness,
    e.rows_quarantined,
    'given' as status
from list_edition e
join this_round t on t.round = e.round
where e.is_latest_vintage
order by e.population
