-- Locations with answers that a model asked for their round has not scored, and answers without a weight.
select s.index_round, s.place_id, r.model_id, r.model_version
from index_source_record s
join index_run r on r.index_name = s.index_name and r.index_round = s.index_round
anti join {index}_index x
    on x.index_round = s.index_round and x.place_id = s.place_id and x.model_id = r.model_id
    and x.model_version = r.model_version and x.assessed
where s.index_name = '{index}'
union all
select x.index_round, x.place_id, x.model_id, x.model_version
from {index}_index x
anti join index_source_record s on s.index_name = '{index}' and s.index_round = x.index_round and s.place_id = x.place_id
where x.assessed
union all
select index_round, place_id, model_id, model_version
from {index}_index_contribution
where (answer_status = 'answered') <> (weight is not null)
