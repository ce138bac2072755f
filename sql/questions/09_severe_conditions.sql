-- How many returnees live in severe conditions, by governorate, in the newest round of the Return Index of each model?
select s.index_round, s.model_id, s.model_status, s.governorate, s.high_returnees, s.high_locations, s.severe_share, s.assessed_share
from return_index_summary s
where s.area_level = 'governorate' and s.index_round = (select max(index_round) from return_index_summary)
order by s.model_id, s.high_returnees desc
