-- Coordinates outside Iraq, exchanged, or far from those of the register. Distances on a sphere of 6,371 km.
with placed as (
    select
        i.*,
        2 * 6371 * asin(sqrt(
            pow(sin(radians(i.latitude - f.latitude) / 2), 2)
            + cos(radians(i.latitude)) * cos(radians(f.latitude)) * pow(sin(radians(i.longitude - f.longitude) / 2), 2)
        )) as kilometres
    from interview i
    left join frame_place f on f.place_id = i.place_id
    where i.is_judged and i.latitude is not null and i.longitude is not null
)

select x.uuid, x.population, x.place_id, 'latitude' as question, cast(x.latitude as varchar) as old_value,
    case
        when x.latitude between {latitude_minimum} and {latitude_maximum} and x.longitude between {longitude_minimum} and {longitude_maximum}
            then case
                when b.governorate is not null and b.governorate <> x.governorate then 'The coordinates lie in ' || b.governorate || ', not in ' || x.governorate || '.'
                else 'The coordinates are ' || cast(round(x.kilometres) as integer) || ' km from those of the register.'
            end
        when x.longitude between {latitude_minimum} and {latitude_maximum} and x.latitude between {longitude_minimum} and {longitude_maximum}
            then 'Latitude and longitude are exchanged.'
        else 'The coordinates lie outside Iraq.'
    end as issue,
    cast(null as varchar) as group_key
from placed x
left join position_governorate b on b.uuid = x.uuid
cross join policy p
where not (x.latitude between {latitude_minimum} and {latitude_maximum} and x.longitude between {longitude_minimum} and {longitude_maximum})
    or coalesce(x.kilometres > p.coordinates_kilometres, false)
    or coalesce(b.governorate <> x.governorate, false)
