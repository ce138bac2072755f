-- One row per place: attributes from the newest vintage that lists it, then from its latest round.
with ranked as (
    select
        l.*,
        row_number() over (
            partition by l.place_id
            order by l.vintage_date desc, l.round desc, l.population
        ) as recency
    from location_listing l
),

span as (
    select
        place_id,
        min(round) as first_round,
        max(round) as last_round,
        bool_or(population = 'idp') as is_idp_location,
        bool_or(population = 'returnee') as is_returnee_location
    from location_listing
    group by place_id
)

select
    r.place_id,
    r.location_id,
    r.governorate,
    g.governorate_pcode,
    r.district,
    d.district_pcode,
    d.district_pcode_match,
    r.subdistrict,
    r.subdistrict_basis,
    r.location_name_en,
    r.location_name_ar,
    r.latitude,
    r.longitude,
    s.is_idp_location,
    s.is_returnee_location,
    s.first_round,
    s.last_round
from ranked r
join span s on s.place_id = r.place_id
join governorate g on g.governorate = r.governorate
join district d on d.governorate = r.governorate and d.district = r.district
where r.recency = 1
