-- Crossing points and directions whose months do not add up to their headcounts.
with counted as (
    select crossing_point, crossing_direction, sum(travellers) as travellers, sum(vehicles) as vehicles, count(*) as days
    from crossing_headcount
    group by crossing_point, crossing_direction
),

summed as (
    select
        crossing_point, crossing_direction, sum(travellers) as travellers, sum(vehicles) as vehicles, sum(observed_days) as days
    from crossing_headcount_summary
    group by crossing_point, crossing_direction
)

select coalesce(c.crossing_point, s.crossing_point) as crossing_point, coalesce(c.crossing_direction, s.crossing_direction) as crossing_direction
from counted as c
full join summed as s on c.crossing_point = s.crossing_point and c.crossing_direction = s.crossing_direction
where c.travellers is distinct from s.travellers or c.vehicles is distinct from s.vehicles or c.days is distinct from s.days
