-- Areas whose groups do not add up to their total, or that the areas below do not add up to.
with below as (
    select
        index_round,
        model_id,
        model_version,
        case area_level when 'governorate' then 'national' when 'district' then 'governorate' else 'district' end as area_level,
        case when area_level <> 'governorate' then governorate end as governorate,
        case when area_level = 'subdistrict' then district end as district,
        sum(locations) as locations,
        sum(high_locations) as high_locations,
        sum({people}) as people,
        sum(high_{people}) as high_people,
        sum(medium_{people}) as medium_people,
        sum(low_{people}) as low_people,
        sum(not_assessed_locations) as not_assessed_locations
    from {index}_index_summary
    where area_level <> 'national'
    group by 1, 2, 3, 4, 5, 6
)

select s.index_round, s.model_id, s.area
from {index}_index_summary s
where s.high_locations + s.medium_locations + s.low_locations + s.unclassified_locations <> s.locations
    or s.high_{people} + s.medium_{people} + s.low_{people} + s.unclassified_{people} <> s.{people}
    or (s.{people} is null) <> (s.high_{people} is null)
    or s.most_severe_locations > s.high_locations
union all
select s.index_round, s.model_id, s.area
from {index}_index_summary s
left join below b
    on b.index_round = s.index_round and b.model_id = s.model_id and b.model_version = s.model_version and b.area_level = s.area_level
    and b.governorate is not distinct from s.governorate and b.district is not distinct from s.district
where s.area_level <> 'subdistrict'
    and (
        b.locations is distinct from s.locations or b.high_locations is distinct from s.high_locations
        or b.people is distinct from s.{people} or b.high_people is distinct from s.high_{people}
        or b.medium_people is distinct from s.medium_{people} or b.low_people is distinct from s.low_{people}
        or b.not_assessed_locations is distinct from s.not_assessed_locations
    )
