-- How many points of entry were closed, for goods only, partially open and open in each reference window?
-- Unit: points of entry. None of these figures has to do with IDP or returnee stock.
select
    window_start, window_end, points_of_entry, closed_points, commercial_only_points, partially_open_points, open_points,
    changed_points, added_points, dropped_points
from point_of_entry_summary
order by window_start, window_end
