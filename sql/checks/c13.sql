-- Locations new on the list, or gone from it, against those on the list before.
with moved as (
    select
        population,
        count(*) filter (where previous_households is not null) as before,
        count(*) filter (where is_listed and previous_households is null) as new_locations,
        count(*) filter (where not is_listed and previous_households is not null) as gone_locations
    from record
    group by population
)

select 'all' as uuid, m.population, cast(null as varchar) as place_id, 'place_id' as question, cast(null as varchar) as old_value,
    m.new_locations || ' ' || m.population || ' locations are new and ' || m.gone_locations || ' are gone, of ' || m.before || ' before.' as issue,
    concat_ws(' ', m.population, m.new_locations, m.gone_locations) as group_key
from moved m
cross join policy p
where m.before > 0 and greatest(m.new_locations, m.gone_locations) > greatest(p.locations_change * m.before, 5)
