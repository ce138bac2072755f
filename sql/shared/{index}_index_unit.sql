-- The hotspot unit of each location: its sub-district, or the unit that the model puts in its place; by number.
with placed as (
    select
        r.run,
        i.item,
        x.index_round,
        x.round,
        x.place_id,
        x.model_id,
        x.model_version,
        x.model_status,
        x.assessed,
        x.governorate,
        x.district,
        coalesce(u.unit_name, x.subdistrict) as unit_name,
        coalesce(
            u.unit_name,
            concat(coalesce(x.governorate, 'not known'), ' > ', coalesce(x.district, 'not known'), ' > ', x.subdistrict)
        ) as area,
        x.{people_households},
        x.{people},
        x.{scale} is not null and -- each {index} scale
        x.assessed as is_scored
    from {index}_index x
    join {index}_index_run r on r.index_round = x.index_round and r.model_id = x.model_id and r.model_version = x.model_version
    left join {index}_index_item i on i.index_round = x.index_round and i.place_id = x.place_id
    join clean_index_model m on m.model_id = x.model_id and m.model_version = x.model_version
    left join clean_index_unit u on u.model_id = x.model_id and u.model_version = x.model_version and u.subdistrict = x.subdistrict
    where m.hotspot_aggregation is not null and x.subdistrict is not null
),

numbered as (
    select run, area, row_number() over (order by run, area) as unit
    from (select distinct run, area from placed) d
)

select p.*, n.unit
from placed p
join numbered n on n.run = p.run and n.area = p.area
