-- Governorates of origin whose IDPs fell by more than the threshold while returnees there did not rise.
with idps as (
    select category, sum(households) filter (where is_now) as now, sum(households) filter (where not is_now) as before
    from (
        select c.category, c.households, true as is_now
        from list_cell c
        where c.population = 'idp' and c.dimension = 'origin_governorate'
        union all
        select c.category, c.households, false
        from frame_cell c
        where c.population = 'idp' and c.dimension = 'origin_governorate'
    )
    group by category
),

returnees as (
    select governorate, sum(households) filter (where is_listed) as now, sum(previous_households) as before
    from record
    where population = 'returnee'
    group by governorate
)

select 'all' as uuid, 'idp' as population, cast(null as varchar) as place_id, 'households' as question, cast(x.now as varchar) as old_value,
    'IDPs from ' || g.governorate || ' fell from ' || x.before || ' to ' || coalesce(x.now, 0) || ' households while its returnees went from '
        || coalesce(r.before, 0) || ' to ' || coalesce(r.now, 0) || '.' as issue,
    x.category as group_key
from idps x
join governorate g on g.governorate_code = x.category
left join returnees r on r.governorate = g.governorate
cross join policy p
where x.before - coalesce(x.now, 0) >= p.change_households
    and x.before - coalesce(x.now, 0) > p.governorate_change_idp * x.before
    and coalesce(r.now, 0) <= coalesce(r.before, 0)
