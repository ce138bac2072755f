-- Why a location is severe: what each answer adds to the score of its scale, and to the overall score.
-- The points of a location sum to its overall score.
select
    i.index_round,
    i.place_id,
    r.model_id,
    r.model_version,
    r.model_status,
    w.scale,
    w.indicator,
    w.answer,
    case when w.answer is null then 'unanswered' when w.answer = 'not_applicable' then w.answer else 'answered' end as answer_status,
    cast(w.weight as double) / 10000000000 as weight,
    cast(w.max_weight as double) / 10000000000 as max_weight,
    p.scale_points,
    p.points,
    p.points_to_gain,
    w.sensitivity
from {index}_index_points p
join {index}_index_weight w on w.cell = p.cell
join {index}_index_run r on r.run = p.run
join {index}_index_item i on i.item = p.item
