-- Snapshots whose cumulative figure is not the sum of current and returned; and origins, camps and sites left for which those who
-- arrived are not the sum of those who are still there and those who returned.
with part as (
    select
        event_id, snapshot_number, figure_dimension, area,
        case emergency_measure when 'current' then -1 when 'returned' then -1 else 1 end as sign,
        published_households, published_individuals, known_households, known_individuals
    from emergency_figure
    where (figure_dimension = 'total' and emergency_measure in ('cumulative', 'current', 'returned'))
        or (figure_dimension in ('origin', 'camp_left') and emergency_measure in ('arrived', 'current', 'returned') and area <> 'not recorded at a destination')
)

select event_id, snapshot_number, figure_dimension, area
from part
group by event_id, snapshot_number, figure_dimension, area
having sum(sign * coalesce(published_households, 0)) <> 0 or sum(sign * coalesce(published_individuals, 0)) <> 0
    or sum(sign * coalesce(known_households, 0)) <> 0 or sum(sign * coalesce(known_individuals, 0)) <> 0
