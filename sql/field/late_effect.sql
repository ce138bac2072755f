-- What the submissions that came too late would change, in households by governorate.
with late as (
    select i.population, coalesce(r.governorate, i.governorate) as governorate, count(*) as late_submissions
    from interview i
    join version v on v.uuid = i.uuid and v.is_current_version
    left join known k on k.uuid = v.uuid and k.version_sha256 = v.version_sha256
    left join with_late r on r.population = i.population and r.place_id = i.place_id
    where k.uuid is null and i.is_judged and i.population is not null and coalesce(r.governorate, i.governorate) is not null
    group by i.population, coalesce(r.governorate, i.governorate)
),

held as (
    select population, governorate, sum(households) filter (where is_listed) as households
    from frozen
    group by population, governorate
),

changed as (
    select population, governorate, sum(households) filter (where is_listed) as households
    from with_late
    group by population, governorate
)

select
    p.round,
    coalesce(h.population, c.population) as population,
    coalesce(h.governorate, c.governorate) as governorate,
    coalesce(l.late_submissions, 0) as late_submissions,
    cast(coalesce(h.households, 0) as bigint) as households_without_late,
    cast(coalesce(c.households, 0) as bigint) as households_with_late,
    cast(coalesce(c.households, 0) - coalesce(h.households, 0) as bigint) as households_effect
from held h
full join changed c on c.population = h.population and c.governorate = h.governorate
left join late l on l.population = coalesce(h.population, c.population) and l.governorate = coalesce(h.governorate, c.governorate)
cross join policy p
where l.late_submissions > 0 or coalesce(h.households, 0) <> coalesce(c.households, 0)
