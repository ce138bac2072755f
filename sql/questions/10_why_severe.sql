-- Which answers weigh most at the most severe locations, newest round of the Return Index?
-- Unit: points of the overall score. For internal use: single answers of a location may be sensitive (table index_sensitivity).
select
    x.index_round, x.model_id, x.place_id, x.location_name_en, round(x.overall, 1) as overall, c.indicator, l.answer_en,
    round(c.points, 1) as points
from return_index as x
join return_index_contribution as c
    on c.index_round = x.index_round and c.place_id = x.place_id and c.model_id = x.model_id and c.model_version = x.model_version
join index_model_level as l
    on l.model_id = c.model_id and l.model_version = c.model_version and l.indicator = c.indicator and l.answer = c.answer
where x.severe and c.points >= 5 and x.index_round = (select max(index_round) from return_index)
order by x.overall desc, x.place_id, c.points desc, c.indicator
limit 50
