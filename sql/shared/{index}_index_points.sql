-- What each answer adds to the score of its scale and to the overall score: its weight times what one point of weight adds.
-- units are the points of the overall score as whole numbers of 1e-10, which sum alike in any order.
-- A line that ends in "-- each ... scale" stands for one line per scale.
with factored as (
    select
        a.run,
        a.item,
        w.number,
        a.cell,
        w.counted,
        w.left_over,
        1e-8 * case w.scale
            when '{scale}' then s.{scale}_scale_factor -- each {index} scale
        end as scale_factor,
        1e-8 * case w.scale
            when '{scale}' then s.{scale}_factor -- each {index} scale
        end as factor
    from {index}_index_answered a
    join {index}_index_weight w on w.cell = a.cell
    join {index}_index_score s on s.run = a.run and s.item = a.item
)

select
    run,
    item,
    number,
    cell,
    case when counted * scale_factor > 100 then 100 else counted * scale_factor end as scale_points,
    case when counted * factor > 100 then 100 else counted * factor end as points,
    case when left_over * factor > 100 then 100 else left_over * factor end as points_to_gain,
    cast(round(counted * factor * 10000000000) as bigint) as units
from factored
