-- Windows whose added and dropped points do not explain the number of their points.
select window_start, window_end
from point_of_entry_summary
where (
    previous_window_start is not null
    and previous_points_of_entry + added_points - dropped_points is distinct from points_of_entry
) or changed_points > points_of_entry - added_points
