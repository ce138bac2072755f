-- Which are the ten largest districts of origin of IDPs, by round?
-- Unit: households. Collected by this project's field rounds only: a published list gives the governorate of origin alone, and the answer
-- then says 'not published'. Districts are those of origin, not of displacement.
with ranked as (
    select
        round, origin_governorate, origin_district, households,
        row_number() over (partition by round order by households desc, origin_governorate, origin_district) as place
    from origin_district_summary
    where households is not null
)

select r.round, r.place, r.origin_governorate, r.origin_district, r.households, 'recorded' as standing
from ranked as r
where r.place <= 10
union all
select n.round, null, null, null, null, 'not published'
from national_summary as n
where n.population = 'idp' and n.round not in (select o.round from origin_district_summary as o)
order by round, place
