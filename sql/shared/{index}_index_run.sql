-- The runs of the index by number: which model, by number too, scored which round. Numbers stand for keys of many letters where
-- rows are many.
select
    cast(row_number() over (order by index_round, model_id, model_version) as integer) as run,
    index_round,
    cast(dense_rank() over (order by model_id, model_version) as integer) as model,
    -- the number before that of the first answer of the model
    cast(dense_rank() over (order by model_id, model_version) * (select max(answer_number) from clean_index_code) as integer) as first_cell,
    model_id,
    model_version,
    model_status
from clean_index_run
where index_name = '{index}'
