-- Why the cumulative figure of a published snapshot is another one now: what it counted then against what it counts now, movement by
-- movement. received_late are rows that bear an earlier day but came after it was published.
with received as (
    select event_id, movement_id, min(receipt) as receipt from emergency_source_record group by event_id, movement_id
),

chain as (
    select event_id, chain_id, min(known_from) as chain_known_from from emergency_movement group by event_id, chain_id
),

counted as (
    select
        coalesce(n.event_id, p.event_id) as event_id, coalesce(n.snapshot_number, p.snapshot_number) as snapshot_number,
        coalesce(n.movement_id, p.movement_id) as movement_id, n.movement_id is null as is_gone, p.movement_id is null as is_new,
        case when coalesce(n.households, p.published_households) is not null then coalesce(n.households, 0) - coalesce(p.published_households, 0) end as households,
        case when coalesce(n.individuals, p.published_individuals) is not null then coalesce(n.individuals, 0) - coalesce(p.published_individuals, 0) end as individuals
    from emergency_asked_counted as n
    full join emergency_counted as p
        on n.event_id = p.event_id and n.snapshot_number = p.snapshot_number and n.movement_id = p.movement_id
)

select
    c.event_id, c.snapshot_number,
    case
        when m.movement_id is null then 'withdrawn'
        when c.is_gone then 'corrected'
        when c.is_new and r.receipt > s.receipt and m.recorded_on <= s.known_at then 'received_late'
        when h.chain_known_from > s.known_at then 'late'
        else 'corrected'
    end as revision,
    c.movement_id, m.recorded_on, c.households as revised_households, c.individuals as revised_individuals
from counted as c
join clean_emergency_snapshot as s on c.event_id = s.event_id and c.snapshot_number = s.snapshot_number
left join emergency_movement as m on c.event_id = m.event_id and c.movement_id = m.movement_id
left join chain as h on m.event_id = h.event_id and m.chain_id = h.chain_id
left join received as r on c.event_id = r.event_id and c.movement_id = r.movement_id
where c.households <> 0 or c.individuals <> 0
