-- Lists with too large a share of rows in quarantine.
select round, population, vintage_date
from list_edition
where rows_quarantined > {quarantined_share_maximum} * rows_read
