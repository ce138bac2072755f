-- The figures of the snapshots asked for. On the side of departures the total of current is what is left of cumulative after those
-- who returned. Whom departures and arrivals are about cannot be tied to each other, so areas show both, and current of those who
-- were recorded at a destination; the others are a row of their own.
with posted as (
    select c.*, f.emergency_measure, f.sign
    from emergency_asked_cell as c
    join emergency_effect as f on c.movement_effect = f.movement_effect
),

-- cumulative and the current of whole sides, from which nobody is missing
whole as (
    select *, emergency_measure as measure, sign as posting, true as is_whole, emergency_measure <> 'current' as is_total from posted
    union all
    select *, 'cumulative' as measure, sign as posting, true as is_whole, true as is_total
    from posted
    where emergency_measure = case headline_side when 'departures' then 'departed' else 'arrived' end
    union all
    select *, 'current' as measure, case emergency_measure when 'returned' then -sign else sign end as posting, false as is_whole, true as is_total
    from posted
    where emergency_measure = 'returned' or emergency_measure = case headline_side when 'departures' then 'departed' else 'arrived' end
),

of_origin as (
    select * from whole where is_whole and measure in ('departed', 'arrived', 'cumulative', 'current', 'returned')
),

of_destination as (
    select * from whole where is_whole and measure in ('arrived', 'current', 'returned', 'secondary', 'class_unknown', 'onward')
),

-- on the side of departures: those who left and were not seen arriving
unlocated as (
    select *, case emergency_measure when 'departed' then 1 else -1 end as posting
    from posted
    where headline_side = 'departures' and emergency_measure in ('departed', 'arrived')
),

summed as (
    select event_id, snapshot_number, 'total' as figure_dimension, 'national' as figure_level, 'all' as area,
        null as origin_governorate, null as origin_district, null as destination_governorate, null as destination_district,
        measure, sum(households * posting) as households, sum(individuals * posting) as individuals
    from whole
    where is_total
    group by event_id, snapshot_number, measure

    union all

    select p.event_id, p.snapshot_number, 'period', 'national', p.period, null, null, null, null,
        case n.at when 1 then f.emergency_measure else 'cumulative' end, sum(p.households * f.sign), sum(p.individuals * f.sign)
    from emergency_asked_period as p
    join emergency_effect as f on p.movement_effect = f.movement_effect
    cross join (select 1 as at union all select 2 as at) as n
    where f.emergency_measure in ('departed', 'arrived', 'returned', 'onward')
        and (n.at = 1 or f.emergency_measure = case p.headline_side when 'departures' then 'departed' else 'arrived' end)
    group by p.event_id, p.snapshot_number, p.period, case n.at when 1 then f.emergency_measure else 'cumulative' end

    union all

    select event_id, snapshot_number, 'origin', 'governorate', coalesce(origin_governorate, 'not stated'), origin_governorate, null, null, null,
        measure, sum(households * posting), sum(individuals * posting)
    from of_origin
    group by event_id, snapshot_number, origin_governorate, measure

    union all

    select event_id, snapshot_number, 'origin', 'district', concat(coalesce(origin_governorate, 'not stated'), ' > ', coalesce(origin_district, 'not stated')),
        origin_governorate, origin_district, null, null, measure, sum(households * posting), sum(individuals * posting)
    from of_origin
    group by event_id, snapshot_number, origin_governorate, origin_district, measure

    union all

    select event_id, snapshot_number, 'origin', 'subdistrict', concat(coalesce(origin_governorate, 'not stated'), ' > ', coalesce(origin_district, 'not stated'), ' > ', origin_subdistrict),
        origin_governorate, origin_district, null, null, measure, sum(households * posting), sum(individuals * posting)
    from of_origin
    where origin_subdistrict is not null
    group by event_id, snapshot_number, origin_governorate, origin_district, origin_subdistrict, measure

    union all

    select event_id, snapshot_number, 'origin', 'location', concat(coalesce(origin_governorate, 'not stated'), ' > ', coalesce(origin_district, 'not stated'), ' > ', origin_place_id),
        origin_governorate, origin_district, null, null, measure, sum(households * posting), sum(individuals * posting)
    from of_origin
    where origin_place_id is not null
    group by event_id, snapshot_number, origin_governorate, origin_district, origin_place_id, measure

    union all

    select event_id, snapshot_number, 'destination', 'governorate', coalesce(destination_governorate, 'not stated'), null, null, destination_governorate, null,
        measure, sum(households * posting), sum(individuals * posting)
    from of_destination
    group by event_id, snapshot_number, destination_governorate, measure

    union all

    select event_id, snapshot_number, 'destination', 'district', concat(coalesce(destination_governorate, 'not stated'), ' > ', coalesce(destination_district, 'not stated')),
        null, null, destination_governorate, destination_district, measure, sum(households * posting), sum(individuals * posting)
    from of_destination
    group by event_id, snapshot_number, destination_governorate, destination_district, measure

    union all

    select event_id, snapshot_number, 'destination', 'subdistrict', concat(coalesce(destination_governorate, 'not stated'), ' > ', coalesce(destination_district, 'not stated'), ' > ', destination_subdistrict),
        null, null, destination_governorate, destination_district, measure, sum(households * posting), sum(individuals * posting)
    from of_destination
    where destination_subdistrict is not null
    group by event_id, snapshot_number, destination_governorate, destination_district, destination_subdistrict, measure

    union all

    select event_id, snapshot_number, 'destination', 'location', concat(coalesce(destination_governorate, 'not stated'), ' > ', coalesce(destination_district, 'not stated'), ' > ', destination_place_id),
        null, null, destination_governorate, destination_district, measure, sum(households * posting), sum(individuals * posting)
    from of_destination
    where destination_place_id is not null
    group by event_id, snapshot_number, destination_governorate, destination_district, destination_place_id, measure

    union all

    select event_id, snapshot_number, dimension, 'national', 'not recorded at a destination', null, null, null, null, 'current',
        sum(households * posting), sum(individuals * posting)
    from unlocated
    cross join (
        select 'origin' as dimension union all select 'destination' as dimension union all select 'shelter_group' as dimension
        union all select 'camp_left' as dimension
    )
    group by event_id, snapshot_number, dimension

    union all

    select event_id, snapshot_number, 'origin_to_destination', 'governorate', concat(coalesce(origin_governorate, 'not stated'), ' -> ', coalesce(destination_governorate, 'not stated')),
        origin_governorate, null, destination_governorate, null, measure, sum(households * posting), sum(individuals * posting)
    from of_destination
    where measure in ('arrived', 'current', 'returned')
    group by event_id, snapshot_number, origin_governorate, destination_governorate, measure

    union all

    select event_id, snapshot_number, 'origin_to_destination', 'district',
        concat(coalesce(origin_governorate, 'not stated'), ' > ', coalesce(origin_district, 'not stated'), ' -> ', coalesce(destination_governorate, 'not stated'), ' > ', coalesce(destination_district, 'not stated')),
        origin_governorate, origin_district, destination_governorate, destination_district, measure, sum(households * posting), sum(individuals * posting)
    from of_destination
    where measure in ('arrived', 'current', 'returned')
    group by event_id, snapshot_number, origin_governorate, origin_district, destination_governorate, destination_district, measure

    union all

    select event_id, snapshot_number, 'shelter_group', 'national', coalesce(emergency_shelter_group, 'not stated'), null, null, null, null,
        measure, sum(households * posting), sum(individuals * posting)
    from of_destination
    where measure in ('arrived', 'current')
    group by event_id, snapshot_number, emergency_shelter_group, measure

    union all

    select event_id, snapshot_number, 'camp_left', 'national', coalesce(camp_left, 'not stated'), null, null, null, null,
        measure, sum(households * posting), sum(individuals * posting)
    from of_origin
    group by event_id, snapshot_number, camp_left, measure
)

select
    event_id, snapshot_number, figure_dimension, figure_level, area, origin_governorate, origin_district, destination_governorate,
    destination_district, measure as emergency_measure, cast(households as bigint) as households,
    cast(individuals as bigint) as individuals
from summed
