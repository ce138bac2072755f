-- The runs of the index by number: which model scored which round. Numbers stand for keys of many letters where rows are many.
select
    cast(row_number() over (order by index_round, model_id, model_version) as integer) as run,
    index_round,
    model_id,
    model_version,
    model_status
from clean_index_run
where index_name = '{index}'
