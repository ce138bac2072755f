-- How each list describes its locations; nothing is harmonised over time here.
select
    e.round,
    e.population,
    e.vintage_date,
    r.place_id,
    r.location_id,
    r.governorate,
    r.governorate_as_listed,
    r.district,
    r.district_as_listed,
    r.subdistrict,
    case when r.subdistrict is null then 'unknown' else 'collected' end as subdistrict_basis,
    r.location_name_en,
    r.location_name_ar,
    r.latitude,
    r.longitude
from clean_record r
join clean_edition e on e.sha256 = r.sha256
