-- Persons per household by which individuals are derived, with the rounds in which each rule holds; rules up to the round of the
-- release. The last round of a rule is told where the release is later.
select
    m.population || '/' || m.setting || '/' || m.first_round as key,
    m.population,
    m.setting,
    m.first_round,
    case when m.last_round < t.round then m.last_round end as last_round,
    m.persons_per_household,
    'given' as status
from multiplier_rule m
join this_round t on m.first_round <= t.round
order by m.population desc, m.setting, m.first_round
