-- Submissions set aside by blocking checks, as a share of those that would count.
with share as (
    select
        i.population,
        count(*) as submissions,
        count(distinct f.uuid) as set_aside
    from interview i
    left join (select distinct uuid from open_finding where check_severity = 'block') f on f.uuid = i.uuid
    where i.is_judged and i.population is not null
    group by i.population
)

select 'all' as uuid, s.population, cast(null as varchar) as place_id, 'uuid' as question, cast(s.set_aside as varchar) as old_value,
    s.set_aside || ' of ' || s.submissions || ' ' || s.population || ' submissions are set aside, more than ' || cast(round(100 * p.quarantined_share_maximum) as integer) || ' %.' as issue,
    s.population as group_key
from share s
cross join policy p
where s.set_aside > p.quarantined_share_maximum * s.submissions
