-- Submissions that no list takes while a blocking finding on them is open, and rows without an identifier, of which
-- nobody knows the population: they count with the IDPs.
select distinct f.uuid, coalesce(i.population, 'idp') as population
from open_finding f
join interview i on i.uuid = f.uuid
where f.check_severity = 'block'
union
select uuid, 'idp'
from anonymous
