-- Persons per household in and out of camps, for each population and round held.
select distinct
    e.population,
    e.round,
    i.persons_per_household as in_camp,
    o.persons_per_household as out_of_camp
from list_edition e
join multiplier_rule i
    on i.population = e.population and i.setting = 'in_camp'
    and e.round between i.first_round and coalesce(i.last_round, e.round)
join multiplier_rule o
    on o.population = e.population and o.setting = 'out_of_camp'
    and e.round between o.first_round and coalesce(o.last_round, e.round)
