-- Areas whose drivers do not sum to the change of the weighted mean.
select index_round, model_id, area
from {index}_index_driver
group by index_round, model_id, model_version, area_level, area
having abs(sum(driver_points) - (max(overall_weighted_mean) - max(previous_overall_weighted_mean))) > 1e-9
    or count(*) filter (where driver = 'population_shift') <> 1
