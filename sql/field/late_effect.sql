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
    l.population,
    l.governorate,
    l.late_submissions,
    cast(coalesce(h.households, 0) as bigint) as households_without_late,
    cast(coalesce(c.households, 0) as bigint) as households_with_late,
    cast(coalesce(c.households, 0) - coalesce(h.households, 0) as bigint) as households_effect
from late l
left join held h on h.population = l.population and h.governorate = l.governorate
left join changed c on c.population = l.population and c.governorate = l.governorate
cross join policy p
