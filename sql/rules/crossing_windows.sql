-- Windows of points of entry and of restrictions that end before they begin.
select window_start, window_end, crossing_point as what from point_of_entry_status where window_end < window_start
union all
select window_start, window_end, governorate as what from movement_restriction where window_end < window_start
