-- Lists that have no row in a table that is made of them.
select round, population, vintage_date
from list_edition e
where not exists (
        select 1 from location_count c
        where c.round = e.round and c.population = e.population and c.vintage_date = e.vintage_date
    )
    or not exists (
        select 1 from location_listing l
        where l.round = e.round and l.population = e.population and l.vintage_date = e.vintage_date
    )
    or not exists (
        select 1 from source_record s
        where s.round = e.round and s.population = e.population and s.vintage_date = e.vintage_date
    )
    or not exists (select 1 from national_summary n where n.round = e.round and n.population = e.population)
    or not exists (select 1 from subdistrict_summary n where n.round = e.round and n.population = e.population)
