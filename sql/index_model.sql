-- The models with which was scored.
select
    index_name,
    model_id,
    model_version,
    model_status,
    model_title,
    disclaimer,
    first_index_round,
    last_index_round,
    combination_rule,
    min_answered_share,
    min_applicable_indicators,
    hotspot_aggregation,
    hotspot_high_from,
    hotspot_medium_from,
    hotspot_large_mode,
    hotspot_large_value,
    provenance_method,
    provenance_note,
    model_sha256
from clean_index_model
