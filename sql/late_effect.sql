-- What the submissions that came too late would change.
select
    round,
    population,
    governorate,
    late_submissions,
    households_without_late,
    households_with_late,
    households_effect
from clean_late_effect
