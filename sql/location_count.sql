-- The recorded fact, one row per location of each list.
select
    e.round,
    e.population,
    e.vintage_date,
    r.place_id,
    r.households,
    r.households_from_camp,
    r.individuals_as_provided,
    r.update_status
from clean_record r
join clean_edition e on e.sha256 = r.sha256
