-- Persons per household by which individuals of the round are derived.
select
    m.population || '/' || m.setting as key,
    m.population,
    m.setting,
    m.persons_per_household,
    'given' as status
from multiplier_rule m
join this_round t on t.round >= m.first_round and (m.last_round is null or t.round <= m.last_round)
order by m.population, m.setting
