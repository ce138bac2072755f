-- Every submission with its location: what the checks judge.
select
    r.uuid,
    v.version_number,
    v.sha256,
    v.source_file,
    v.source_sheet,
    v.source_row,
    v.form,
    v.form_version,
    v.submitted_at,
    v.review_state_source,
    v.consent,
    v.duration_minutes,
    v.ki_id,
    r.ki_type,
    r.ki_sex,
    coalesce(r.visit_type, 'interview') as visit_type,
    r.team,
    try_cast(r.interview_date as date) as interview_date,
    r.population,
    g.governorate,
    d.district,
    r.district_code,
    r.subdistrict,
    r.is_new_location,
    r.place_id as place_id_given,
    m.place_id,
    m.place_basis,
    m.suggestions,
    r.location_name_en,
    r.location_name_ar,
    r.latitude,
    r.longitude,
    r.accessibility,
    r.access_reason,
    r.update_status,
    r.households,
    r.households_from_camp,
    r.individuals_reported,
    r.new_arrivals,
    r.arrivals_between_displacement,
    r.arrivals_from_camp,
    r.arrivals_redisplaced,
    r.arrivals_first_time,
    coalesce(r.review_state, v.review_state) as review_state,
    r.has_other_text,
    x.uuid is not null as is_removed,
    coalesce(v.submitted_at > p.cutoff, false) as is_late,
    -- whether the interview is one whose answers are to be judged
    coalesce(v.consent in ('yes', 'not_asked'), false) and x.uuid is null and coalesce(r.review_state, v.review_state) <> 'rejected' as is_judged,
    coalesce(r.accessibility = 'accessible' and r.update_status in ('new', 'updated'), false) as is_counted
from reading r
join version v on v.uuid = r.uuid and v.is_current_version
join matched m on m.uuid = r.uuid
left join removed x on x.uuid = r.uuid
left join governorate g on g.governorate_code = r.governorate_code
left join district_code d on d.district_code = r.district_code
cross join policy p
