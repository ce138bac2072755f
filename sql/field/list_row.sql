-- The rows of the list that comes out: collected in this round, or the counts of the list before.
with place as (
    select place_id, location_id, governorate, district, subdistrict, location_name_en, location_name_ar, latitude, longitude, false as is_new
    from frame_place
    union all
    select place_id, null, governorate, district, null, location_name_en, location_name_ar, latitude, longitude, true
    from new_place
)

select
    r.population,
    r.place_id,
    l.location_id,
    l.governorate,
    l.district,
    l.subdistrict,
    -- a new location is as its record says; one of the register as the register says
    case when l.is_new and i.uuid is not null then i.location_name_en else l.location_name_en end as location_name_en,
    case when l.is_new and i.uuid is not null then i.location_name_ar else l.location_name_ar end as location_name_ar,
    case when l.is_new and i.uuid is not null then i.latitude else coalesce(l.latitude, i.latitude) end as latitude,
    case when l.is_new and i.uuid is not null then i.longitude else coalesce(l.longitude, i.longitude) end as longitude,
    r.households,
    case when r.update_status in ('new', 'updated') then i.households_from_camp else f.households_from_camp end as households_from_camp,
    r.update_status,
    coalesce(i.sha256, f.sha256) as record_sha256,
    coalesce(i.source_file, f.source_file) as record_file,
    coalesce(i.source_sheet, f.source_sheet) as source_sheet,
    coalesce(i.source_row, f.source_row) as source_row,
    coalesce(r.submission_uuid, f.submission_uuid) as submission_uuid
from record r
join place l on l.place_id = r.place_id
left join frame_count f on f.population = r.population and f.place_id = r.place_id
left join interview i on i.uuid = r.submission_uuid
where r.is_listed
