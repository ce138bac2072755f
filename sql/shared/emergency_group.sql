-- The combinations of places, camps and shelter that entries have, numbered: where rows are millions, numbers are quicker.
with said as (
    select distinct
        event_id, origin_governorate, origin_district, origin_subdistrict, origin_place_id, destination_governorate,
        destination_district, destination_subdistrict, destination_place_id, camp_left, emergency_shelter_group
    from emergency_entry
),

named as (
    select
        *,
        concat(
            coalesce(origin_governorate, ''), chr(31), coalesce(origin_district, ''), chr(31), coalesce(origin_subdistrict, ''), chr(31),
            coalesce(origin_place_id, ''), chr(31), coalesce(destination_governorate, ''), chr(31), coalesce(destination_district, ''), chr(31),
            coalesce(destination_subdistrict, ''), chr(31), coalesce(destination_place_id, ''), chr(31), coalesce(camp_left, ''), chr(31),
            coalesce(emergency_shelter_group, '')
        ) as group_name
    from said
)

select *, row_number() over (order by event_id, group_name) as group_number from named
