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

-- the origin of who leaves is that of the movement that brought them; else a home that was reached is the origin
from_home as (
    select
        l.*, b.known_from as left_from, b.known_until as left_until, b.left_governorate, b.left_district, b.left_subdistrict, b.left_place_id,
        b.left_shelter_group, coalesce(l.camp_left, b.camp_left) as camp,
        case
            when coalesce(b.origin_governorate, b.origin_place_id) is not null then {
                'governorate': b.origin_governorate, 'district': b.origin_district, 'subdistrict': b.origin_subdistrict, 'place': b.origin_place_id
            }
            when l.arrival_class = 'returnee' then {
                'governorate': l.destination_governorate, 'district': l.destination_district, 'subdistrict': l.destination_subdistrict,
                'place': l.destination_place_id
            }
            else {
                'governorate': l.origin_governorate, 'district': l.origin_district, 'subdistrict': l.origin_subdistrict, 'place': l.origin_place_id
            }
        end as home,
        row_number() over (partition by l.event_id, l.movement_id order by b.known_from) as part
    from leaving as l
    join brought as b on l.event_id = b.event_id and l.movement_id = b.movement_id
),

split as (
    select
        event_id, movement_id, chain_id, chain_kind, arrival_class, moved_on, left_from as known_from, left_until as known_until,
        home.governorate as origin_governorate, home.district as origin_district, home.subdistrict as origin_subdistrict,
        home.place as origin_place_id, destination_governorate, destination_district, destination_subdistrict, destination_place_id,
        left_governorate, left_district, left_subdistrict, left_place_id, camp as camp_left, emergency_shelter_group, left_shelter_group,
        moved_households, moved_individuals, part
    from from_home
),

arriving as (
    select
        *,
        case
            when arrival_class = 'returnee' and coalesce(origin_governorate, origin_place_id) is null then {
                'governorate': destination_governorate, 'district': destination_district, 'subdistrict': destination_subdistrict,
                'place': destination_place_id
            }
            else {
                'governorate': origin_governorate, 'district': origin_district, 'subdistrict': origin_subdistrict, 'place': origin_place_id
            }
        end as home
    from in_force
    where chain_kind in ('departure', 'arrival')
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
        home.governorate as origin_governorate, home.district as origin_district, home.subdistrict as origin_subdistrict,
        home.place as origin_place_id, destination_governorate, destination_district, destination_subdistrict, destination_place_id,
        camp_left, emergency_shelter_group, moved_households, moved_individuals
    from arriving

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
