-- Each scored round with the round held before it, scored with the same model on the same baseline.
with ordered as (
    select
        c.index_round,
        c.round,
        c.model_id,
        c.model_version,
        c.model_status,
        r.run,
        lag(c.index_round) over (partition by c.model_id, c.model_version, c.baseline order by c.index_round) as previous_index_round,
        lag(r.run) over (partition by c.model_id, c.model_version, c.baseline order by c.index_round) as previous_run
    from clean_index_run c
    join {index}_index_run r on r.index_round = c.index_round and r.model_id = c.model_id and r.model_version = c.model_version
    where c.index_name = '{index}'
)

select *, row_number() over (order by index_round, model_id, model_version) as pair
from ordered
where previous_index_round is not null
