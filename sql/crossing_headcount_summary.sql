-- Headcounts by month: what was counted on the observed days, with how many these are.
with headcount as (
    select
        crossing_point,
        cast(date_trunc('month', observed_on) as date) as month_start,
        crossing_direction,
        travellers,
        vehicles
    from clean_crossing_headcount
)

select
    crossing_point,
    month_start,
    crossing_direction,
    cast(sum(travellers) as bigint) as travellers,
    cast(sum(vehicles) as bigint) as vehicles,
    count(*) as observed_days,
    count(vehicles) as vehicle_days,
    cast(sum(travellers) as double) / count(*) as travellers_per_observed_day
from headcount
group by crossing_point, month_start, crossing_direction
