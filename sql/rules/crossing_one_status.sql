-- Points of entry with several statuses in a window; capitals and blanks make no other point.
select window_start, window_end, min(crossing_point) as crossing_point, count(*) as statuses
from point_of_entry_status
group by window_start, window_end, lower(trim(crossing_point))
having count(*) > 1
