-- My script expects an old column header: what is that column called here?
-- Unit: none. Every known header of a master list and the column that it became; the header of the newest lists is one of several.
select header_population, header_kind, header_column, header, rounds
from header_spelling
where header_column in (select header_column from header_spelling group by header_column having count(*) >= 4)
order by header_kind, header_column, header_population, header
