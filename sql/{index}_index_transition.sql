-- Locations classified in a round and in the one before, by category then and now. A location that replaces several counts
-- once for each of them, with its people before; its people now stand with the first.
with now as (
    select index_round, model_id, model_version, unit, max(category) as category, cast(sum({people}) as bigint) as {people}
    from {index}_index_compared
    where side = 'now' and category is not null
    group by index_round, model_id, model_version, unit
    having count(distinct category) = 1
),

before as (
    select
        *,
        row_number() over (partition by index_round, model_id, model_version, unit order by place_id) as place
    from {index}_index_compared
    where side = 'before' and category is not null
)

select
    b.index_round,
    b.previous_index_round,
    b.model_id,
    b.model_version,
    b.model_status,
    b.category as previous_category,
    n.category,
    count(*) as locations,
    cast(sum(case when b.place = 1 then n.{people} end) as bigint) as {people},
    cast(sum(b.{people}) as bigint) as previous_{people}
from before b
join now n on n.index_round = b.index_round and n.model_id = b.model_id and n.model_version = b.model_version and n.unit = b.unit
group by b.index_round, b.previous_index_round, b.model_id, b.model_version, b.model_status, b.category, n.category
