-- Ours against camp and area figures of other sources.
select
    round,
    comparison_source,
    comparison_level,
    area,
    area_name,
    our_households,
    their_households,
    gap_households,
    as_of_date,
    age_days,
    needs_decision,
    comparison_decision,
    comment,
    reviewer,
    decided_at
from clean_comparison
