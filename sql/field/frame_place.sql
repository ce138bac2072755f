-- The location register as it stands.
select place_id, location_id, governorate, district, subdistrict, location_name_en, location_name_ar, latitude, longitude
from location
order by place_id
