-- Where does a round under collection stand: locations expected, received, not reached, outstanding, by governorate?
-- Unit: locations. not_accessible and unreachable are kept apart from outstanding: not yet visited. Rows without a governorate are submissions
-- of which the location is not known.
select
    round, population, governorate,
    sum(expected_locations) as expected, sum(received_locations) as received, sum(closed_locations) as closed,
    sum(not_accessible_locations) as not_accessible, sum(unreachable_locations) as unreachable,
    sum(outstanding_locations) as outstanding, sum(carried_locations) as carried_forward
from round_coverage
group by round, population, governorate
order by round, population, governorate
