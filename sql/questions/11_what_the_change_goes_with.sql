-- What does the change of the Return Index since the round before go with? Never a cause.
select index_round, previous_index_round, model_id, driver, driver_points, coverage_points
from return_index_driver
where area_level = 'national'
order by index_round, model_id, abs(driver_points) desc
