-- Why the cumulative figure of a published snapshot is another one now. received_late are rows that bear an earlier day but came
-- after it was published.
with received as (
    select event_id, movement_id, min(receipt) as receipt from emergency_source_record group by event_id, movement_id
),

side as (
    select f.movement_effect, h.headline_side, h.sign * f.sign as sign
    from emergency_effect as f
    join emergency_headline as h on f.emergency_measure = h.emergency_measure
    where h.headline_measure = 'cumulative'
),

effect as (
    select
        s.event_id, s.snapshot_number, e.movement_id, m.recorded_on, m.corrections, e.moved_households * d.sign as households,
        e.moved_individuals * d.sign as individuals,
        e.known_until is null as is_now,
        e.known_from <= s.known_at and (e.known_until is null or e.known_until > s.known_at) as was_then,
        r.receipt > s.receipt as is_received_later
    from clean_emergency_snapshot as s
    join emergency_entry as e on s.event_id = e.event_id and e.moved_on <= s.as_of
    join emergency_movement as m on e.event_id = m.event_id and e.movement_id = m.movement_id
    join received as r on e.event_id = r.event_id and e.movement_id = r.movement_id
    join side as d on e.movement_effect = d.movement_effect and s.headline_side = d.headline_side
),

revised as (
    select
        event_id, snapshot_number, movement_id, recorded_on,
        case when is_received_later and was_then then 'received_late' when corrections > 0 or not is_now then 'corrected' else 'late' end as revision,
        case
            when is_received_later and was_then and is_now then 1
            when is_now and not was_then then 1
            when was_then and not is_now and not is_received_later then -1
            else 0
        end as posting,
        households, individuals
    from effect
),

named as (
    select event_id, snapshot_number, revision, movement_id, recorded_on, sum(households * posting) as households, sum(individuals * posting) as individuals
    from revised
    where posting <> 0
    group by event_id, snapshot_number, revision, movement_id, recorded_on
),

changed as (
    select
        event_id, snapshot_number, coalesce(known_households, 0) - coalesce(published_households, 0) as households,
        coalesce(known_individuals, 0) - coalesce(published_individuals, 0) as individuals
    from emergency_figure
    where figure_dimension = 'total' and emergency_measure = 'cumulative'
),

-- what the rows above do not say, such as a correction that came between two others
remainder as (
    select c.event_id, c.snapshot_number, c.households - coalesce(sum(n.households), 0) as households, c.individuals - coalesce(sum(n.individuals), 0) as individuals
    from changed as c
    left join named as n on c.event_id = n.event_id and c.snapshot_number = n.snapshot_number
    group by c.event_id, c.snapshot_number, c.households, c.individuals
)

select event_id, snapshot_number, revision, movement_id, recorded_on, households as revised_households, individuals as revised_individuals
from named
union all
select event_id, snapshot_number, 'unexplained', 'all', cast(null as date), households, individuals
from remainder
where households <> 0 or individuals <> 0
