-- Lists whose rows do not add up, or whose locations are not all in location_count.
with counted as (
    select round, population, vintage_date, count(*) as locations
    from location_count
    group by round, population, vintage_date
),

set_aside as (
    select round, population, vintage_date, count(distinct (sha256, source_sheet, source_row)) as rows_quarantined
    from quarantine
    group by round, population, vintage_date
)

select e.round, e.population, e.vintage_date
from list_edition e
left join counted c on c.round = e.round and c.population = e.population and c.vintage_date = e.vintage_date
left join set_aside q on q.round = e.round and q.population = e.population and q.vintage_date = e.vintage_date
where e.rows_read <> e.rows_kept + e.rows_quarantined
    or e.rows_quarantined <> coalesce(q.rows_quarantined, 0)
    or e.locations <> coalesce(c.locations, 0)
    or (e.layout not in ('long_2014', 'field_round') and e.locations <> e.rows_kept)
