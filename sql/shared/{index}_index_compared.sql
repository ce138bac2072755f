-- Each location of a round (side now) and of the one before (side before) with the unit as which it is compared.
select
    p.pair,
    'now' as side,
    coalesce(s.unit, x.place_id) as unit,
    x.place_id,
    x.governorate,
    x.district,
    x.assessed,
    x.category,
    x.report_group,
    x.overall,
    x.{people_households} as households,
    x.{people},
    x.weight_reason
from {index}_index_pair p
join {index}_index x on x.index_round = p.index_round and x.model_id = p.model_id and x.model_version = p.model_version
left join {index}_index_successor s on s.index_round = p.index_round and s.side = 'now' and s.place_id = x.place_id
union all
select
    p.pair,
    'before',
    coalesce(s.unit, x.place_id),
    x.place_id,
    x.governorate,
    x.district,
    x.assessed,
    x.category,
    x.report_group,
    x.overall,
    x.{people_households},
    x.{people},
    x.weight_reason
from {index}_index_pair p
join {index}_index x on x.index_round = p.previous_index_round and x.model_id = p.model_id and x.model_version = p.model_version
left join {index}_index_successor s on s.index_round = p.index_round and s.side = 'before' and s.place_id = x.place_id
where x.assessed
