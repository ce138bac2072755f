-- What must I know before I quote a figure: method breaks, counted exceptions, incomplete lists?
select round, affected_population as population, 'method' as kind, change as what
from method_break
union all
select round, population, 'exception', rule || ': ' || rows_found || ' rows' || coalesce(', ' || amount_households || ' households', '')
from rule_count
where severity = 'warning'
union all
select round, population, 'incomplete', rows_quarantined || ' of ' || rows_read || ' rows in quarantine'
from list_edition
where completeness = 'incomplete'
order by round, population, kind, what
