-- What each answer adds to the overall score: its weight times the points of the overall score for one point of weight.
-- units are the same points as whole numbers of 1e-10, which sum alike in any order.
with factor as (
    select
        c.run,
        c.item,
        c.scale_number,
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
    join {index}_index_share h on h.run = c.run and h.scale_number = c.scale_number
),

pointed as (
    select
        a.run,
        a.item,
        a.number,
        a.cell,
        case when f.is_scored then least(coalesce(1e-8 * w.weight / f.answered_maximum, 0), 100) end as scale_points,
        case when f.factor is not null then least(coalesce(1e-8 * w.weight * f.factor, 0), 100) end as points,
        case when f.factor is not null then least(coalesce(1e-8 * (w.max_weight - w.weight) * f.factor, 0), 100) end as points_to_gain
    from {index}_index_answered a
    join {index}_index_weight w on w.cell = a.cell
    join factor f on f.run = a.run and f.item = a.item and f.scale_number = w.scale_number
)

select *, cast(round(points * 10000000000) as bigint) as units from pointed
