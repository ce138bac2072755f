-- The newest list before the round of each population, with where each row comes from and how old its counts are.
with newest as (
    select population, max(round) as round
    from list_edition
    where round < {round}
    group by population
),

edition as (
    select e.population, e.round, e.vintage_date
    from list_edition e
    join newest n on n.population = e.population and n.round = e.round
    where e.is_latest_vintage
)

select
    c.population,
    c.place_id,
    c.households,
    c.households_from_camp,
    coalesce(r.carried_rounds, 0) + {round} - 1 - c.round as carried_rounds, -- a round that was skipped ages them too
    s.sha256,
    s.source_file,
    s.source_sheet,
    s.source_row,
    s.submission_uuid
from location_count c
join edition e on e.population = c.population and e.round = c.round and e.vintage_date = c.vintage_date
join source_record s on s.population = c.population and s.round = c.round and s.vintage_date = c.vintage_date and s.place_id = c.place_id
left join location_record r on r.population = c.population and r.round = c.round and r.place_id = c.place_id
order by c.population, c.place_id
