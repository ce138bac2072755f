-- Rows of an export without an identifier: nothing can be decided on their answers here.
select uuid, cast(null as varchar) as population, cast(null as varchar) as place_id, 'uuid' as question, cast(null as varchar) as old_value,
    'Row ' || source_row || ' of ' || source_file || ' has no identifier.' as issue, cast(null as varchar) as group_key
from anonymous
