-- Answers on which a decision of the cleaning log no longer fits.
select b.uuid, i.population, i.place_id, b.question, b.old_value, b.issue, cast(null as varchar) as group_key
from broken_decision b
left join interview i on i.uuid = b.uuid
