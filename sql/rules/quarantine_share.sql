-- Lists with too large a share of rows in quarantine. Of a field round the check c23 asks it, by the setting of the round,
-- and a person may decide that it holds all the same.
select round, population, vintage_date
from list_edition
where rows_quarantined > {quarantined_share_maximum} * rows_read and layout <> 'field_round'
