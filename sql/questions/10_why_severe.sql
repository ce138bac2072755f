-- Which answers weigh most at the most severe locations?
select x.index_round, x.model_id, x.place_id, x.location_name_en, x.overall, c.indicator, l.answer_en, c.points
from return_index x
join return_index_contribution c
    on c.index_round = x.index_round and c.place_id = x.place_id and c.model_id = x.model_id and c.model_version = x.model_version
join index_model_level l
    on l.model_id = c.model_id and l.model_version = c.model_version and l.indicator = c.indicator and l.answer = c.answer
where x.severe and c.points >= 5
order by x.overall desc, x.place_id, c.points desc
limit 50
