-- The answers of every submission that are no counts of a breakdown, side by side.
select
    v.uuid,
    max(case when a.question = 'visit_type' then a.answer end) as visit_type,
    max(case when a.question = 'team' then a.answer end) as team,
    max(case when a.question = 'interview_date' then a.answer end) as interview_date,
    max(case when a.question = 'population' then a.answer end) as population,
    max(case when a.question = 'governorate' then a.answer end) as governorate_code,
    max(case when a.question = 'district' then a.answer end) as district_code,
    max(case when a.question = 'subdistrict' then a.answer end) as subdistrict,
    max(case when a.question = 'is_new_location' then a.answer end) as is_new_location,
    max(case when a.question = 'place_id' then a.answer end) as place_id,
    max(case when a.question = 'location_name_en' then a.answer end) as location_name_en,
    max(case when a.question = 'location_name_ar' then a.answer end) as location_name_ar,
    try_cast(max(case when a.question = 'latitude' then a.answer end) as double) as latitude,
    try_cast(max(case when a.question = 'longitude' then a.answer end) as double) as longitude,
    max(case when a.question = 'accessibility' then a.answer end) as accessibility,
    max(case when a.question = 'access_reason' then a.answer end) as access_reason,
    max(case when a.question = 'update_status' then a.answer end) as update_status,
    try_cast(max(case when a.question = 'households' then a.answer end) as bigint) as households,
    try_cast(max(case when a.question = 'households_from_camp' then a.answer end) as bigint) as households_from_camp,
    try_cast(max(case when a.question = 'individuals_reported' then a.answer end) as bigint) as individuals_reported,
    try_cast(max(case when a.question = 'new_arrivals' then a.answer end) as bigint) as new_arrivals,
    try_cast(max(case when a.question = 'arrivals_between_displacement' then a.answer end) as bigint) as arrivals_between_displacement,
    try_cast(max(case when a.question = 'arrivals_from_camp' then a.answer end) as bigint) as arrivals_from_camp,
    try_cast(max(case when a.question = 'arrivals_redisplaced' then a.answer end) as bigint) as arrivals_redisplaced,
    try_cast(max(case when a.question = 'arrivals_first_time' then a.answer end) as bigint) as arrivals_first_time,
    max(case when a.question = 'ki_type' then a.answer end) as ki_type,
    max(case when a.question = 'ki_sex' then a.answer end) as ki_sex,
    max(case when a.question = 'review_state' then a.answer end) as review_state,
    count(*) filter (where a.question = 'shelter_other_text') as has_other_text
from version v
left join answer a on a.uuid = v.uuid
where v.is_current_version
group by v.uuid
