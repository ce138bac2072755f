-- The breaks of method between the first round held and the round of the release, with the date of their round.
select
    b.round || '/' || row_number() over (partition by b.round order by b.affected_population, b.change) as key,
    b.round,
    r.list_date,
    b.affected_population,
    b.change,
    b.basis
from method_break b
join this_round t on b.round <= t.round
join round r on r.round = b.round
where b.round > (select min(round) from national_summary)
order by b.round, b.affected_population, b.change
