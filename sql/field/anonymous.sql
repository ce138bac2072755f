-- Rows of exports without an identifier, under a name of their own; they stay out of every list.
select
    'row:' || source_row || ':' || left(sha256(sha256 || source_sheet), 12) as uuid,
    sha256,
    source_file,
    source_sheet,
    source_row
from received_submission
where uuid is null
