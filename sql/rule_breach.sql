-- Rows that break a rule without stopping the run: the union of the counted rules of sql/rules.
-- A line that ends in "-- each counted rule" stands for one line per such rule.
select '{rule}' as rule, '{severity}' as severity, q.round, q.population, q.vintage_date, q.place_id, q.amount_households from ({query}) q union all -- each counted rule
select null, null, null, null, null, null, null where false
