-- IDP households by district of origin, newest list of each field round.
select
    b.round,
    e.list_date,
    d.governorate as origin_governorate,
    d.district as origin_district,
    cast(sum(b.households) as bigint) as households,
    count(*) as locations,
    count(b.households) as reporting_locations,
    max(e.completeness) as completeness
from location_breakdown b
join list_edition e on e.round = b.round and e.population = b.population and e.vintage_date = b.vintage_date
join district_code d on d.district_code = b.category
where b.dimension = 'origin_district' and e.is_latest_vintage and b.population = 'idp'
group by b.round, e.list_date, d.governorate, d.district
having count(b.households) > 0
