-- The events of emergency tracking.
select
    event_id, event_name, trigger, event_area, event_start, event_closed, cadence, counting_rule, persons_per_household,
    event_population, headline_side, public_threshold, public_window_days, public_delay_days, embargo_until
from clean_emergency_event
