-- Rows that take the place of another, by the first row of their chain. A correction is of the kind of what it corrects; a
-- submission that was edited says its own. Rows that correct each other reach no first row and are not here.
with recursive correcting as (
    select event_id, movement_id, corrects, recorded_on, case when movement_kind <> 'correction' then movement_kind end as own_kind
    from emergency_recorded
    where corrects is not null
),

chain as (
    select
        c.event_id, c.movement_id, c.corrects as chain_id, 1 as corrections,
        coalesce(c.own_kind, t.movement_kind) as chain_kind,
        case
            when t.recorded_on > c.recorded_on then t.recorded_on
            when t.movement_id is not null or c.own_kind is not null then c.recorded_on
        end as known_from
    from correcting as c
    left join emergency_recorded as t on c.event_id = t.event_id and c.corrects = t.movement_id
    where t.corrects is null

    union all

    select
        c.event_id, c.movement_id, t.chain_id, t.corrections + 1 as corrections,
        coalesce(c.own_kind, t.chain_kind) as chain_kind,
        case
            when t.known_from > c.recorded_on then t.known_from
            when t.known_from is not null or c.own_kind is not null then c.recorded_on
        end as known_from
    from correcting as c
    join chain as t on c.event_id = t.event_id and c.corrects = t.movement_id
)

select * from chain
