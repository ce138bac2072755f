-- Rounds whose net change is not explained by matched locations and coverage, or that miss the national figure.
select s.population, s.round
from change_summary s
left join national_summary n on n.population = s.population and n.round = s.round
left join national_summary b on b.population = s.population and b.round = s.previous_round
where s.previous_households + s.matched_change + s.new_households + s.back_households - s.no_longer_listed_households <> s.households
    or s.households is distinct from n.households
    or s.previous_households is distinct from b.households
