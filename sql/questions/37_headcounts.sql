-- How many travellers were counted at each crossing point, by month and direction?
-- Unit: travellers counted on the observed days, a flow; no estimate of the month. Never added to IDP or returnee stock.
select
    crossing_point, month_start, crossing_direction, travellers, observed_days,
    round(travellers_per_observed_day, 1) as travellers_per_observed_day
from crossing_headcount_summary
order by crossing_point, month_start, crossing_direction
