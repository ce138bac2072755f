-- Why a location is severe: what each answer adds to the score of its scale, and to the overall score.
-- The points of a location sum to its overall score.
select
    i.index_round,
    i.place_id,
    r.model_id,
    r.model_version,
    r.model_status,
    k.scale,
    k.indicator,
    p.answer,
    case when p.answer is null then 'unanswered' when p.answer = 'not_applicable' then p.answer else 'answered' end as answer_status,
    cast(p.weight as double) as weight,
    cast(p.max_weight as double) as max_weight,
    p.scale_points,
    p.points,
    p.points_to_gain,
    k.sensitivity
from {index}_index_points p
join {index}_index_asked k on k.run = p.run and k.number = p.number
join {index}_index_run r on r.run = p.run
join {index}_index_item i on i.item = p.item
