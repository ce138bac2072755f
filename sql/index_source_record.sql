-- Lineage: the file, sheet and row from which the answers of a location come.
select
    index_name,
    index_round,
    place_id,
    sha256,
    source_file,
    source_sheet,
    source_row,
    submission_uuid
from clean_index_source_record
