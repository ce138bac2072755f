-- Rows of movements that are held more than once, in the order in which they were recorded; the first one stands.
with held as (
    select event_id, movement_id
    from clean_emergency_movement
    group by event_id, movement_id
    having count(*) > 1
),

said as (
    select
        m.event_id, m.movement_id, m.receipt, m.source_row, m.recorded_on, m.recorded_seq, m.source_file,
        concat_ws(
            '; ', m.movement_kind, m.moved_on, m.recorded_on, coalesce(cast(m.recorded_seq as text), '-'),
            coalesce(m.origin_governorate, '-'), coalesce(m.origin_district, '-'), coalesce(m.origin_subdistrict, '-'),
            coalesce(m.origin_place_id, '-'), coalesce(m.destination_governorate, '-'), coalesce(m.destination_district, '-'),
            coalesce(m.destination_subdistrict, '-'), coalesce(m.destination_place_id, '-'),
            coalesce(cast(m.reached_origin as text), '-'), coalesce(m.camp_left, '-'), coalesce(m.emergency_shelter_group, '-'),
            coalesce(cast(m.moved_households as text), '-'), coalesce(cast(m.moved_individuals as text), '-'),
            coalesce(cast(m.is_counted as text), '-'), coalesce(cast(m.female_individuals as text), '-'),
            coalesce(cast(m.male_individuals as text), '-'), coalesce(cast(m.under_18_individuals as text), '-'),
            coalesce(m.corrects, '-'), coalesce(m.onward_from, '-')
        ) as content
    from clean_emergency_movement as m
    join held as h on m.event_id = h.event_id and m.movement_id = h.movement_id
)

select
    *,
    row_number() over (
        partition by event_id, movement_id
        order by recorded_on, recorded_seq nulls last, content, receipt, source_row
    ) as version,
    first_value(content) over (
        partition by event_id, movement_id
        order by recorded_on, recorded_seq nulls last, content, receipt, source_row
    ) as first_content
from said
