-- Scales of the models and where the categories of each begin; scale overall is the overall score.
select
    model_id,
    model_version,
    scale,
    scale_order,
    scale_en,
    scale_ar,
    scale_share,
    category,
    category_order,
    lower_bound,
    upper_bound,
    report_group
from clean_index_model_category
