-- What must I know before I quote a figure: method breaks, counted exceptions, incomplete and partial lists?
-- Units: rows of a list; households where it says so. population 'both' means IDPs and returnees alike.
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
union all
select round, population, 'partial', 'the list of ' || vintage_date || ' is partial'
from list_edition
where release_kind = 'partial' and is_latest_vintage
order by round, population, kind, what
