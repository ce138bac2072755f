-- What movements do to the figures, while they are in force. Who moves on or goes home leaves a place: that of the movement named
-- by onward_from, as it is known at the time.
with in_force as (
    select * from emergency_movement where known_from is not null and (known_until is null or known_until > known_from)
),

first_known as (
    select event_id, chain_id, min(known_from) as chain_known_from from in_force group by event_id, chain_id
),

leaving as (
    select l.*, b.chain_id as brought_by
    from in_force as l
    left join emergency_movement as b on l.event_id = b.event_id and l.onward_from = b.movement_id
    where l.chain_kind in ('onward', 'return')
),

-- while the movement that brought them is known; before, and without one, the place is not known
brought as (
    select
        l.event_id, l.movement_id,
        case when b.known_from > l.known_from then b.known_from else l.known_from end as known_from,
        case when l.known_until is null or b.known_until < l.known_until then b.known_until else l.known_until end as known_until,
        b.origin_governorate, b.origin_district, b.origin_subdistrict, b.origin_place_id,
        b.destination_governorate as left_governorate, b.destination_district as left_district,
        b.destination_subdistrict as left_subdistrict, b.destination_place_id as left_place_id,
        b.camp_left, b.emergency_shelter_group as left_shelter_group
    from leaving as l
    join in_force as b on l.event_id = b.event_id and l.brought_by = b.chain_id
    where (l.known_until is null or b.known_from < l.known_until) and (b.known_until is null or b.known_until > l.known_from)

    union all

    select
        l.event_id, l.movement_id, l.known_from,
        case when l.known_until is null or b.chain_known_from < l.known_until then b.chain_known_from else l.known_until end as known_until,
        null, null, null, null,
        case when l.is_given then l.origin_governorate end, case when l.is_given then l.origin_district end,
        case when l.is_given then l.origin_subdistrict end, case when l.is_given then l.origin_place_id end,
        null, null
    from (
        -- a return that names another place than home as its origin tells where people come from
        select
            *,
            chain_kind = 'return' and onward_from is null and concat_ws(' > ', origin_governorate, origin_district, origin_place_id)
            <> concat_ws(' > ', destination_governorate, destination_district, case when origin_place_id is not null then destination_place_id end) as is_given
        from leaving
    ) as l
    left join first_known as b on l.event_id = b.event_id and l.brought_by = b.chain_id
    where b.chain_known_from is null or b.chain_known_from > l.known_from
),

split as (
    select
        l.event_id, l.movement_id, l.chain_id, l.chain_kind, l.arrival_class, l.moved_on, b.known_from, b.known_until,
        case when b.origin_governorate is not null or b.origin_place_id is not null then b.origin_governorate when l.is_home then l.destination_governorate else l.origin_governorate end as origin_governorate,
        case when b.origin_governorate is not null or b.origin_place_id is not null then b.origin_district when l.is_home then l.destination_district else l.origin_district end as origin_district,
        case when b.origin_governorate is not null or b.origin_place_id is not null then b.origin_subdistrict when l.is_home then l.destination_subdistrict else l.origin_subdistrict end as origin_subdistrict,
        case when b.origin_governorate is not null or b.origin_place_id is not null then b.origin_place_id when l.is_home then l.destination_place_id else l.origin_place_id end as origin_place_id,
        l.destination_governorate, l.destination_district, l.destination_subdistrict, l.destination_place_id,
        b.left_governorate, b.left_district, b.left_subdistrict, b.left_place_id,
        coalesce(l.camp_left, b.camp_left) as camp_left, l.emergency_shelter_group, b.left_shelter_group,
        l.moved_households, l.moved_individuals,
        row_number() over (partition by l.event_id, l.movement_id order by b.known_from) as part
    from (select *, arrival_class = 'returnee' as is_home from leaving) as l
    join brought as b on l.event_id = b.event_id and l.movement_id = b.movement_id
),

entry as (
    select
        event_id, movement_id, chain_id, 1 as effect_number,
        case
            when chain_kind = 'departure' then 'departed'
            when arrival_class = 'returnee' then 'arrived_home'
            when arrival_class = 'secondary' then 'arrived_secondary'
            else 'arrived_unknown'
        end as movement_effect,
        moved_on, known_from, known_until,
        case when arrival_class = 'returnee' and origin_governorate is null and origin_place_id is null then destination_governorate else origin_governorate end as origin_governorate,
        case when arrival_class = 'returnee' and origin_governorate is null and origin_place_id is null then destination_district else origin_district end as origin_district,
        case when arrival_class = 'returnee' and origin_governorate is null and origin_place_id is null then destination_subdistrict else origin_subdistrict end as origin_subdistrict,
        case when arrival_class = 'returnee' and origin_governorate is null and origin_place_id is null then destination_place_id else origin_place_id end as origin_place_id,
        destination_governorate, destination_district, destination_subdistrict, destination_place_id, camp_left,
        emergency_shelter_group, moved_households, moved_individuals
    from in_force
    where chain_kind in ('departure', 'arrival')

    union all

    select
        event_id, movement_id, chain_id, 2 * part - 1,
        case when chain_kind = 'return' then 'returned' when arrival_class = 'returnee' then 'moved_home' else 'moved_on' end,
        moved_on, known_from, known_until, origin_governorate, origin_district, origin_subdistrict, origin_place_id,
        destination_governorate, destination_district, destination_subdistrict, destination_place_id, camp_left,
        emergency_shelter_group, moved_households, moved_individuals
    from split

    union all

    select
        event_id, movement_id, chain_id, 2 * part, 'left',
        moved_on, known_from, known_until, origin_governorate, origin_district, origin_subdistrict, origin_place_id,
        left_governorate, left_district, left_subdistrict, left_place_id, camp_left, left_shelter_group, moved_households,
        moved_individuals
    from split
)

select
    e.event_id, e.movement_id, e.effect_number, e.movement_effect, e.moved_on, e.known_from, e.known_until, f.chain_known_from,
    e.origin_governorate, e.origin_district, e.origin_subdistrict, e.origin_place_id, e.destination_governorate,
    e.destination_district, e.destination_subdistrict, e.destination_place_id, e.camp_left, e.emergency_shelter_group,
    e.moved_households, e.moved_individuals
from entry as e
join first_known as f on e.event_id = f.event_id and e.chain_id = f.chain_id
where e.moved_on is not null and (e.moved_households > 0 or e.moved_individuals > 0)
