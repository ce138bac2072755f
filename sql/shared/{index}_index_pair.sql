-- Each scored round with the round held before it, scored with the same model on the same baseline.
with ordered as (
    select
        index_round,
        round,
        model_id,
        model_version,
        model_status,
        lag(index_round) over (partition by model_id, model_version, baseline order by index_round) as previous_index_round,
        lag(round) over (partition by model_id, model_version, baseline order by index_round) as previous_round
    from clean_index_run
    where index_name = '{index}'
)

select * from ordered where previous_index_round is not null
