-- Rows with blank cells that were read as 0.
select round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from source_record
where blank_cells > 0
