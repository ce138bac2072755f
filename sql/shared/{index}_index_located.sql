-- The locations with answers by number, where they are and how many households they have.
select i.item, i.index_round, i.place_id, p.governorate, p.district, p.{people_households} as households
from {index}_index_item i
join {index}_index_place p on p.index_round = i.index_round and p.place_id = i.place_id
