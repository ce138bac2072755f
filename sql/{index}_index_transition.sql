-- Locations classified in a round and in the one before, by category then and now. A location that replaces several counts
-- once for each of them, with its people before; its people now stand with the first.
with now as (
    select pair, unit, max(category) as category, cast(sum({people}) as bigint) as {people}
    from {index}_index_compared
    where is_now and category is not null
    group by pair, unit
    having min(category) = max(category)
),

before as (
    select
        *,
        min(place_id) over (partition by pair, unit) = place_id as is_first
    from {index}_index_compared
    where not is_now and category is not null
),

counted as (
    select
        b.pair,
        b.category as previous_category,
        n.category,
        count(*) as locations,
        cast(sum(case when b.is_first then n.{people} end) as bigint) as {people},
        cast(sum(b.{people}) as bigint) as previous_{people}
    from before b
    join now n on n.pair = b.pair and n.unit = b.unit
    group by b.pair, b.category, n.category
)

select
    p.index_round,
    p.previous_index_round,
    p.model_id,
    p.model_version,
    p.model_status,
    c.previous_category,
    c.category,
    c.locations,
    c.{people},
    c.previous_{people}
from counted c
join {index}_index_pair p on p.pair = c.pair
