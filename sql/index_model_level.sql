-- Indicators of the models with their answers and what each weighs.
select
    model_id,
    model_version,
    indicator,
    indicator_order,
    scale,
    indicator_en,
    indicator_ar,
    sensitivity,
    allow_not_applicable,
    answer,
    level_order,
    answer_en,
    answer_ar,
    met,
    weight,
    max_weight,
    evidence
from clean_index_model_level
