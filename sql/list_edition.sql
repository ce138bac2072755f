-- The lists held. Products show the newest vintage of each population and round.
with newest as (
    select population, round, max(vintage_date) as vintage_date
    from clean_edition
    group by population, round
)

select
    e.round,
    e.population,
    e.vintage_date,
    e.vintage_basis,
    e.vintage_date = n.vintage_date as is_latest_vintage,
    e.list_date,
    e.list_date_basis,
    e.round_basis,
    e.release_kind,
    e.completeness,
    e.layout,
    e.unit_as_provided,
    e.rows_read,
    e.rows_kept,
    e.rows_quarantined,
    e.locations,
    e.other_sheets
from clean_edition e
join newest n on n.population = e.population and n.round = e.round
