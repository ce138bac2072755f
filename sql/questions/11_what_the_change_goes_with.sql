-- What does the change of the Return Index since the round before go with? Never a cause.
-- Unit: points of 100. driver_points of all drivers add up to the change of the weighted mean over the locations scored in both rounds;
-- coverage_points is the part of them at locations whose set of answered indicators changed.
select
    index_round, previous_index_round, model_id, driver, round(driver_points, 2) as driver_points,
    round(coverage_points, 2) as coverage_points
from return_index_driver
where area_level = 'national'
order by index_round, model_id, abs(driver_points) desc, driver
