-- The combinations of places, camps and shelter that entries have, numbered: where rows are millions, numbers are quicker.
with said as (
    select distinct
        {column}, -- each column that emergency figures are broken down by
        event_id
    from emergency_entry
),

named as (
    select
        *,
        concat(
            coalesce({column}, ''), chr(31), -- each column that emergency figures are broken down by
            event_id
        ) as group_name
    from said
)

select *, row_number() over (order by event_id, group_name) as group_number from named
