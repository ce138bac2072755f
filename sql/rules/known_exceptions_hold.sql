-- Lists that break a counted rule more or less often than known.
select rule, round, population, vintage_date
from rule_count
where exception_status = 'different'
