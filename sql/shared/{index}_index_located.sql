-- The locations with answers by number, where they are (districts by number too) and how many households they have.
with area as (
    select governorate, district, cast(row_number() over (order by governorate, district) as integer) as area
    from (select distinct governorate, district from {index}_index_place) d
)

select i.item, i.index_round, i.place, a.area, a.governorate, a.district, p.{people_households} as households
from {index}_index_item i
join {index}_index_place p on p.index_round = i.index_round and p.place_id = i.place_id
join area a on a.governorate is not distinct from p.governorate and a.district is not distinct from p.district
