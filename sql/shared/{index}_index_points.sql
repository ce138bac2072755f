-- What each answer adds to the overall score: its weight times the points of the overall score for one point of weight.
with factor as (
    select
        c.run,
        c.item,
        c.scale,
        c.score is not null as is_scored,
        c.answered_maximum,
        case
            when s.overall is null then null
            when h.rule = 'pooled' then 1 / s.answered_maximum
            when c.answered_maximum = 0 then 0
            when h.rule = 'max' then case when c.scale = s.largest_scale then 1 / c.answered_maximum else 0 end
            else h.share / c.answered_maximum
        end as factor
    from {index}_index_scale c
    join {index}_index_score s on s.run = c.run and s.item = c.item
    join {index}_index_share h on h.run = c.run and h.scale = c.scale
)

select
    a.run,
    a.item,
    a.number,
    a.answer,
    a.weight,
    a.max_weight,
    case when f.is_scored then coalesce(100 * cast(a.weight as double) / f.answered_maximum, 0) end as scale_points,
    case when f.factor is not null then coalesce(100 * cast(a.weight as double) * f.factor, 0) end as points,
    case when f.factor is not null then coalesce(100 * cast(a.max_weight - a.weight as double) * f.factor, 0) end as points_to_gain
from {index}_index_answered a
join factor f on f.run = a.run and f.item = a.item and f.scale = a.scale
