-- How many returnees live in severe conditions, by governorate, in the newest round of the Return Index of each model?
-- Unit: individuals (returnees). severe_share is a share of returnees at classified locations; assessed_share says how far to trust it.
-- A model that is not IOM's own says so in model_status. Only assessed locations count.
select
    s.index_round, s.model_id, s.model_status, s.governorate, s.high_returnees, s.high_locations,
    round(s.severe_share, 3) as severe_share, round(s.assessed_share, 3) as assessed_share
from return_index_summary as s
where s.area_level = 'governorate' and s.index_round = (select max(index_round) from return_index_summary)
order by s.model_id, case when s.high_returnees is null then 1 else 0 end, s.high_returnees desc, s.governorate
