-- What is wrong with a ledger as a whole: judged on all that is known of it, so that the order of deliveries makes no difference.
with pending as (
    select event_id, 'correction_unknown' as finding, movement_id, concat('corrects ', corrects, ', which is not held') as detail, false as stops
    from emergency_movement
    where standing = 'pending'
),

in_cycle as (
    select event_id, 'correction_cycle' as finding, movement_id, concat('corrects ', corrects, '; rows that correct each other count for nothing') as detail, true as stops
    from emergency_movement
    where standing = 'cycle'
),

-- settled by a correction of the movement
conflict as (
    select distinct
        r.event_id, 'movement_differs' as finding, r.movement_id,
        concat('is held again with other content, which does not count (', r.source_file, ', row ', r.source_row, '): ', r.content, '; the first one says: ', r.first_content) as detail,
        c.chain_id is null as stops
    from emergency_repeated as r
    left join (select distinct event_id, chain_id from emergency_chain) as c on r.event_id = c.event_id and r.movement_id = c.chain_id
    where r.version > 1 and r.content <> r.first_content
),

corrected_twice as (
    select
        event_id, 'corrected_twice' as finding, corrects as movement_id,
        concat('is corrected by ', count(*), ' rows, of which the one known last counts: ', string_agg(movement_id, ', ' order by recorded_on, movement_id)) as detail,
        false as stops
    from emergency_movement
    where corrects is not null and movement_kind = 'correction' and standing not in ('pending', 'cycle')
    group by event_id, corrects
    having count(*) > 1
),

corrected_before as (
    select c.event_id, 'corrected_before' as finding, c.movement_id, concat('is recorded before ', c.corrects, ', which it corrects') as detail, false as stops
    from emergency_movement as c
    join emergency_movement as t on c.event_id = t.event_id and c.corrects = t.movement_id
    where c.recorded_on < t.recorded_on and c.standing <> 'cycle'
),

onward_unknown as (
    select l.event_id, 'onward_unknown' as finding, l.movement_id, concat('moves on from ', l.onward_from, ', which is not held') as detail, false as stops
    from emergency_movement as l
    left join emergency_movement as b on l.event_id = b.event_id and l.onward_from = b.movement_id
    where l.onward_from is not null and b.movement_id is null and l.standing = 'counts'
),

now_in_force as (
    select * from emergency_movement where standing = 'counts'
),

left_early as (
    select l.event_id, 'left_before_arrival' as finding, l.movement_id, concat('moved on ', l.moved_on, ', before ', n.movement_id, ' arrived on ', n.moved_on) as detail, false as stops
    from now_in_force as l
    join emergency_movement as b on l.event_id = b.event_id and l.onward_from = b.movement_id
    join now_in_force as n on b.event_id = n.event_id and b.chain_id = n.chain_id
    where l.moved_on < n.moved_on
),

more_left as (
    select
        n.event_id, 'more_left_than_came' as finding, n.movement_id,
        concat(sum(l.moved_households), ' households moved on or went home of ', max(n.moved_households)) as detail,
        false as stops
    from now_in_force as l
    join emergency_movement as b on l.event_id = b.event_id and l.onward_from = b.movement_id
    join now_in_force as n on b.event_id = n.event_id and b.chain_id = n.chain_id
    group by n.event_id, n.movement_id
    having sum(l.moved_households) > max(n.moved_households)
),

before_start as (
    select m.event_id, 'moved_before_start' as finding, m.movement_id, concat('moved on ', m.moved_on, '; the event starts on ', e.event_start) as detail, false as stops
    from now_in_force as m
    join emergency_event as e on m.event_id = e.event_id
    where m.moved_on < e.event_start
),

class_contradicted as (
    select event_id, 'arrival_class_contradicted' as finding, movement_id,
        case
            when chain_kind = 'return' then 'is a return, but reached_origin is false; it counts as a return'
            else concat('reached_origin is ', reached_origin, ', but it came to ', destination_place_id, ' from ', origin_place_id, '; reached_origin counts')
        end as detail,
        false as stops
    from now_in_force
    where (chain_kind = 'return' and not reached_origin)
        or (chain_kind <> 'return' and reached_origin and origin_place_id <> destination_place_id)
        or (chain_kind <> 'return' and not reached_origin and origin_place_id = destination_place_id)
),

-- sums travel with what they leave out
not_counted as (
    select
        event_id, 'count_missing' as finding, '' as movement_id,
        concat(
            'sums leave out rows in which a count is not known: households of ', sum(case when moved_households is null then 1 else 0 end),
            ', individuals of ', sum(case when moved_individuals is null then 1 else 0 end), ' of ', count(*), ' rows'
        ) as detail,
        false as stops
    from now_in_force
    where chain_kind is not null
    group by event_id
    having (sum(case when moved_households is null then 1 else 0 end) between 1 and count(*) - 1)
        or (sum(case when moved_individuals is null then 1 else 0 end) between 1 and count(*) - 1)
),

below_zero as (
    select
        e.event_id, 'current_below_zero' as finding, '' as movement_id,
        concat('more returned than are known to have been displaced: ', sum(e.moved_households * f.sign * h.sign), ' households, ', sum(e.moved_individuals * f.sign * h.sign), ' individuals') as detail,
        true as stops
    from emergency_entry as e
    join emergency_event as v on e.event_id = v.event_id
    join emergency_effect as f on e.movement_effect = f.movement_effect
    join emergency_headline as h on v.headline_side = h.headline_side and f.emergency_measure = h.emergency_measure
    where e.known_until is null and h.headline_measure = 'current'
    group by e.event_id
    having sum(e.moved_households * f.sign * h.sign) < 0 or sum(e.moved_individuals * f.sign * h.sign) < 0
)

select event_id, finding, movement_id as movement_as_given, detail, stops as stops_publishing
from (
    select * from pending
    union all
    select * from in_cycle
    union all
    select * from conflict
    union all
    select * from corrected_twice
    union all
    select * from corrected_before
    union all
    select * from onward_unknown
    union all
    select * from left_early
    union all
    select * from more_left
    union all
    select * from before_start
    union all
    select * from class_contradicted
    union all
    select * from not_counted
    union all
    select * from below_zero
)
