-- What movements do to the figures, while they are in force. Who moves on or goes home leaves a place: that of the movement named
-- by onward_from, as it is known at the time.
with recursive in_force as (
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

-- the movement that brought them, and when it is not known yet: there, where they come from is what the row itself says
unbrought as (
    select
        l.*,
        case when l.known_until is null or b.chain_known_from < l.known_until then b.chain_known_from else l.known_until end as unbrought_until,
        -- a return that names another place than home as its origin tells where people come from; less detail is no other place
        l.chain_kind = 'return' and l.onward_from is null and (
            coalesce(l.origin_governorate <> l.destination_governorate, false) or coalesce(l.origin_district <> l.destination_district, false)
            or coalesce(l.origin_place_id <> l.destination_place_id, false)
        ) as is_given
    from leaving as l
    left join first_known as b on l.event_id = b.event_id and l.brought_by = b.chain_id
    where b.chain_known_from is null or b.chain_known_from > l.known_from
),

first_brought as (
    select
        i.event_id, i.chain_id, i.known_from, i.known_until, i.origin_governorate, i.origin_district, i.origin_subdistrict, i.origin_place_id, i.camp_left
    from in_force as i
    join (select distinct event_id, brought_by from leaving) as l on i.event_id = l.event_id and i.chain_id = l.brought_by
    where i.chain_kind not in ('onward', 'return')

    union all

    select event_id, chain_id, known_from, unbrought_until, origin_governorate, origin_district, origin_subdistrict, origin_place_id, camp_left
    from unbrought
),

-- the origin and the camp of those whom a movement brought somewhere, however often they had moved on before
lineage as (
    select * from first_brought

    union all

    select
        l.event_id, l.chain_id, case when b.known_from > l.known_from then b.known_from else l.known_from end,
        case when l.known_until is null or b.known_until < l.known_until then b.known_until else l.known_until end,
        b.origin_governorate, b.origin_district, b.origin_subdistrict, b.origin_place_id, b.camp_left
    from leaving as l
    join lineage as b on l.event_id = b.event_id and l.brought_by = b.chain_id
    where (l.known_until is null or b.known_from < l.known_until) and (b.known_until is null or b.known_until > l.known_from)
),

at_place as (
    select
        b.event_id, b.chain_id, case when g.known_from > b.known_from then g.known_from else b.known_from end as known_from,
        case when b.known_until is null or g.known_until < b.known_until then g.known_until else b.known_until end as known_until,
        case when g.chain_id is null then b.origin_governorate else g.origin_governorate end as origin_governorate,
        case when g.chain_id is null then b.origin_district else g.origin_district end as origin_district,
        case when g.chain_id is null then b.origin_subdistrict else g.origin_subdistrict end as origin_subdistrict,
        case when g.chain_id is null then b.origin_place_id else g.origin_place_id end as origin_place_id,
        case when g.chain_id is null then b.camp_left else g.camp_left end as camp_left,
        b.destination_governorate, b.destination_district, b.destination_subdistrict, b.destination_place_id, b.emergency_shelter_group
    from in_force as b
    left join lineage as g
        on b.event_id = g.event_id and b.chain_id = g.chain_id
        and (b.known_until is null or g.known_from < b.known_until) and (g.known_until is null or g.known_until > b.known_from)
),

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
    join at_place as b on l.event_id = b.event_id and l.brought_by = b.chain_id
    where (l.known_until is null or b.known_from < l.known_until) and (b.known_until is null or b.known_until > l.known_from)

    union all

    select
        event_id, movement_id, known_from, unbrought_until, null, null, null, null,
        case when is_given then origin_governorate end, case when is_given then origin_district end,
        case when is_given then origin_subdistrict end, case when is_given then origin_place_id end, null, null
    from unbrought
),

-- the origin of who leaves is that of the movement that brought them; else a home that was reached is the origin
from_home as (
    select
        l.*, b.known_from as left_from, b.known_until as left_until, b.left_governorate, b.left_district, b.left_subdistrict, b.left_place_id,
        b.left_shelter_group, coalesce(b.camp_left, l.camp_left) as camp,
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
