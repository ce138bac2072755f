-- The answers of every submission as one JSON text.
select
    uuid,
    '{' || string_agg(cast(to_json(question) as varchar) || ': ' || coalesce(cast(to_json(answer) as varchar), 'null'), ', ' order by question) || '}' as answers
from answer
group by uuid
