-- What the cells of one margin add up to at a location. In camp: null as soon as one camp cell is not known.
select
    b.round,
    b.population,
    b.vintage_date,
    b.place_id,
    b.dimension,
    coalesce(sum(b.households), 0) as households,
    count(*) - count(b.households) as cells_not_known,
    case when count(t.shelter_type) = count(t.shelter_type) filter (where b.households is not null)
        then coalesce(sum(b.households) filter (where t.shelter_type is not null), 0)
    end as households_in_camp
from location_breakdown b
left join shelter_type t
    on b.dimension = 'shelter' and t.population = b.population and t.shelter_type = b.category and t.shelter_group = 'camp'
group by b.round, b.population, b.vintage_date, b.place_id, b.dimension
