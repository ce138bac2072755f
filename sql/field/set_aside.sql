-- Submissions that no list takes while a blocking finding on them is open.
select distinct f.uuid, coalesce(i.population, 'idp') as population
from open_finding f
left join interview i on i.uuid = f.uuid
where f.check_severity = 'block'
