-- Records that would count but wait for their supervisor or are on hold.
select uuid, population, place_id, 'review_state' as question, review_state as old_value,
    case when review_state = 'pending' then 'The supervisor has not approved this record.' else 'The supervisor has put this record on hold.' end as issue,
    cast(null as varchar) as group_key
from interview
where is_judged and visit_type = 'interview' and review_state in ('pending', 'has_issues')
