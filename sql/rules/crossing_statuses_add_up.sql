-- Windows whose points by status do not add up to their points, or that are not those of the rows.
with counted as (
    select window_start, window_end, count(*) as points from point_of_entry_status group by window_start, window_end
)

select coalesce(c.window_start, s.window_start) as window_start, coalesce(c.window_end, s.window_end) as window_end
from counted as c
full join point_of_entry_summary as s on c.window_start = s.window_start and c.window_end = s.window_end
where c.points is distinct from s.points_of_entry
    or s.points_of_entry <> s.closed_points + s.commercial_only_points + s.partially_open_points + s.open_points
