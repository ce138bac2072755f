-- The figures of the snapshots asked for. Whom departures and arrivals are about cannot be tied to each other, so areas show both,
-- and current of those who were recorded at a destination; on the side of departures the others are a row of their own.
with posted as (
    select c.*, f.emergency_measure as measure, c.households * f.sign as posted_households, c.individuals * f.sign as posted_individuals
    from emergency_asked_cell as c
    join emergency_effect as f on c.movement_effect = f.movement_effect
),

-- what the totals are made of, by all that the others are broken down by
headline as (
    select
        p.* replace (h.headline_measure as measure, h.sign * p.posted_households as posted_households, h.sign * p.posted_individuals as posted_individuals)
    from posted as p
    join emergency_headline as h on p.headline_side = h.headline_side and p.measure = h.emergency_measure
),

whole as (
    select * from posted
    union all
    select * from headline where measure = 'cumulative'
),

-- an area is seen from both sides: who left it, and who came
sided as (
    select
        event_id, snapshot_number, measure, posted_households, posted_individuals, 'origin' as side,
        origin_governorate as governorate, origin_district as district, origin_subdistrict as subdistrict, origin_place_id as place_id,
        camp_left as other
    from whole
    where measure in ('departed', 'arrived', 'cumulative', 'current', 'returned')

    union all

    select
        event_id, snapshot_number, measure, posted_households, posted_individuals, 'destination' as side,
        destination_governorate as governorate, destination_district as district, destination_subdistrict as subdistrict,
        destination_place_id as place_id, emergency_shelter_group as other
    from whole
    where measure in ('arrived', 'current', 'returned', 'secondary', 'class_unknown', 'onward')
),

by_area as (
    select
        event_id, snapshot_number, measure, side, governorate, district, subdistrict, place_id, other,
        case
            when grouping(other) = 0 then 'other'
            when grouping(place_id) = 0 then 'location'
            when grouping(subdistrict) = 0 then 'subdistrict'
            when grouping(district) = 0 then 'district'
            else 'governorate'
        end as level,
        sum(posted_households) as households, sum(posted_individuals) as individuals
    from sided
    group by grouping sets (
        (event_id, snapshot_number, measure, side, governorate),
        (event_id, snapshot_number, measure, side, governorate, district),
        (event_id, snapshot_number, measure, side, governorate, district, subdistrict),
        (event_id, snapshot_number, measure, side, governorate, district, place_id),
        (event_id, snapshot_number, measure, side, other)
    )
),

by_pair as (
    select
        event_id, snapshot_number, measure, origin_governorate, origin_district, destination_governorate, destination_district,
        case when grouping(origin_district) = 0 then 'district' else 'governorate' end as level,
        sum(posted_households) as households, sum(posted_individuals) as individuals
    from posted
    where measure in ('arrived', 'current', 'returned')
    group by grouping sets (
        (event_id, snapshot_number, measure, origin_governorate, destination_governorate),
        (event_id, snapshot_number, measure, origin_governorate, origin_district, destination_governorate, destination_district)
    )
),

period as (
    select
        p.event_id, p.snapshot_number, p.headline_side, p.period, f.emergency_measure as measure, p.households * f.sign as households,
        p.individuals * f.sign as individuals
    from emergency_asked_period as p
    join emergency_effect as f on p.movement_effect = f.movement_effect
    where f.emergency_measure in ('departed', 'arrived', 'returned', 'onward')
),

total as (
    select event_id, snapshot_number, measure, sum(posted_households) as households, sum(posted_individuals) as individuals
    from posted
    where measure <> 'current'
    group by event_id, snapshot_number, measure

    union all

    select event_id, snapshot_number, measure, sum(posted_households), sum(posted_individuals)
    from headline
    group by event_id, snapshot_number, measure
),

part_of_period as (
    select event_id, snapshot_number, measure, period, sum(households) as households, sum(individuals) as individuals
    from period
    group by event_id, snapshot_number, measure, period

    union all

    select p.event_id, p.snapshot_number, h.headline_measure, p.period, sum(h.sign * p.households), sum(h.sign * p.individuals)
    from period as p
    join emergency_headline as h on p.headline_side = h.headline_side and p.measure = h.emergency_measure
    where h.headline_measure = 'cumulative'
    group by p.event_id, p.snapshot_number, h.headline_measure, p.period
),

-- nobody, where the ledger would have them; what a tracker does not observe has no row
nobody as (
    select a.event_id, a.snapshot_number, n.measure, 'total' as figure_dimension, 'all' as area
    from emergency_asked as a
    cross join (
        values ('cumulative', null), ('current', null), ('returned', null), ('secondary', 'arrived'), ('class_unknown', 'arrived')
    ) as n (measure, observed)
    where not exists (
        select 1 from total as t where t.event_id = a.event_id and t.snapshot_number = a.snapshot_number and t.measure = n.measure
    ) and (n.observed is null or exists (
        select 1 from total as t where t.event_id = a.event_id and t.snapshot_number = a.snapshot_number and t.measure = n.observed
    ))

    union all

    select a.event_id, a.snapshot_number, 'cumulative', 'period', n.period
    from emergency_asked as a
    cross join (
        values (null)
        , ('{period}') -- each part of an emergency period
    ) as n (period)
    where n.period is not null and not exists (
        select 1 from part_of_period as t
        where t.event_id = a.event_id and t.snapshot_number = a.snapshot_number and t.measure = 'cumulative' and t.period = n.period
    )
),

named as (
    select
        event_id, snapshot_number, measure, households, individuals,
        case when level <> 'other' then side when side = 'origin' then 'camp_left' else 'shelter_group' end as figure_dimension,
        case when level = 'other' then 'national' else level end as figure_level,
        case level
            when 'other' then coalesce(other, 'not stated')
            when 'governorate' then coalesce(governorate, 'not stated')
            when 'district' then concat(coalesce(governorate, 'not stated'), ' > ', coalesce(district, 'not stated'))
            else concat(coalesce(governorate, 'not stated'), ' > ', coalesce(district, 'not stated'), ' > ', coalesce(subdistrict, place_id))
        end as area,
        case when side = 'origin' then governorate end as origin_governorate, case when side = 'origin' then district end as origin_district,
        case when side = 'destination' then governorate end as destination_governorate,
        case when side = 'destination' then district end as destination_district
    from by_area
    where (level <> 'subdistrict' or subdistrict is not null) and (level <> 'location' or place_id is not null)
        and (level <> 'other' or side = 'origin' or measure in ('arrived', 'current'))

    union all

    select
        event_id, snapshot_number, measure, households, individuals, 'origin_to_destination', level,
        case level
            when 'governorate' then concat(coalesce(origin_governorate, 'not stated'), ' -> ', coalesce(destination_governorate, 'not stated'))
            else concat(
                coalesce(origin_governorate, 'not stated'), ' > ', coalesce(origin_district, 'not stated'), ' -> ',
                coalesce(destination_governorate, 'not stated'), ' > ', coalesce(destination_district, 'not stated')
            )
        end,
        origin_governorate, origin_district, destination_governorate, destination_district
    from by_pair

    union all

    select event_id, snapshot_number, measure, households, individuals, 'total', 'national', 'all', null, null, null, null
    from total

    union all

    select event_id, snapshot_number, measure, households, individuals, 'period', 'national', period, null, null, null, null
    from part_of_period

    union all

    select event_id, snapshot_number, measure, 0, 0, figure_dimension, 'national', area, null, null, null, null
    from nobody

    union all

    -- those who left and were not seen arriving
    select
        p.event_id, p.snapshot_number, 'current', sum(case p.measure when 'departed' then p.posted_households else -p.posted_households end),
        sum(case p.measure when 'departed' then p.posted_individuals else -p.posted_individuals end), d.figure_dimension, 'national',
        'not recorded at a destination', null, null, null, null
    from posted as p
    cross join (values ('origin'), ('destination'), ('shelter_group'), ('camp_left')) as d (figure_dimension)
    where p.headline_side = 'departures' and p.measure in ('departed', 'arrived')
    group by p.event_id, p.snapshot_number, d.figure_dimension
)

select
    event_id, snapshot_number, figure_dimension, figure_level, area, origin_governorate, origin_district, destination_governorate,
    destination_district, measure as emergency_measure, cast(households as bigint) as households,
    cast(individuals as bigint) as individuals
from named
