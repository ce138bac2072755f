-- Which model scored which round of an index, and with whose people it is weighted.
select
    index_name,
    index_round,
    round,
    index_round_basis,
    baseline,
    model_id,
    model_version,
    model_status,
    override_reason
from clean_index_run
