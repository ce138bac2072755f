-- New arrivals that are not the sum of their parts; arrivals from camps are a part of those between places of displacement.
select uuid, population, place_id, 'new_arrivals' as question, cast(new_arrivals as varchar) as old_value,
    case
        when coalesce(arrivals_from_camp, 0) > coalesce(arrivals_between_displacement, 0)
            then 'From camps came ' || arrivals_from_camp || ', more than the ' || coalesce(arrivals_between_displacement, 0) || ' from other places of displacement.'
        else 'New arrivals are ' || coalesce(new_arrivals, 0) || ', their parts add up to '
            || (coalesce(arrivals_between_displacement, 0) + coalesce(arrivals_redisplaced, 0) + coalesce(arrivals_first_time, 0)) || '.'
    end as issue,
    cast(null as varchar) as group_key
from interview
where is_judged and is_counted and population = 'idp'
    and (
        coalesce(new_arrivals, 0) <> coalesce(arrivals_between_displacement, 0) + coalesce(arrivals_redisplaced, 0) + coalesce(arrivals_first_time, 0)
        or coalesce(arrivals_from_camp, 0) > coalesce(arrivals_between_displacement, 0)
    )
