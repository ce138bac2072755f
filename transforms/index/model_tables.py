"""Models as clean tables: what the queries need to score with them."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pyarrow as pa

from expectations.index import OVERALL, disclaimer
from expectations.index_model import IndexModel
from expectations.schema import conform, schema
from expectations.tables import TABLES

_OVERALL_EN = "Overall"


def tables(models: Iterable[IndexModel]) -> dict[str, pa.Table]:
    """The clean tables of the models: the model, its scales with their categories, its answers with their weights, its units."""
    listed = list(models)
    rows = {
        "clean_index_model": [_model(model) for model in listed],
        "clean_index_model_category": [row for model in listed for row in _categories(model)],
        "clean_index_model_level": [row for model in listed for row in _levels(model)],
        "clean_index_unit": [row for model in listed for row in _units(model)],
    }
    return {name: of_rows(name, own) for name, own in rows.items()}


def of_rows(name: str, rows: list[dict[str, object]]) -> pa.Table:
    """Rows as the table ``name`` of the contract."""
    types = pa.schema([(field.name, field.type) for field in schema(TABLES[name])])
    return conform(pa.Table.from_pylist(rows, types), TABLES[name])


def _key(model: IndexModel) -> dict[str, object]:
    return {"model_id": model.id, "model_version": model.version}


def _model(model: IndexModel) -> dict[str, object]:
    spot = model.hotspot
    return _key(model) | {
        "index_name": model.index.name,
        "model_status": model.status,
        "model_title": model.title.en,
        "disclaimer": disclaimer(model.status) or None,
        "first_index_round": model.first_round,
        "last_index_round": model.last_round,
        "combination_rule": model.rule,
        "min_answered_share": float(model.min_answered_share),
        "min_applicable_indicators": model.min_applicable_indicators,
        "hotspot_aggregation": spot and spot.aggregation,
        "hotspot_high_from": spot and spot.high_from,
        "hotspot_medium_from": spot and spot.medium_from,
        "hotspot_large_mode": spot and spot.large_mode,
        "hotspot_large_value": spot and spot.large_value,
        "provenance_method": model.document["provenance"]["method"],
        "provenance_note": _text(model.document["provenance"].get("note")),
        "model_sha256": model.sha256,
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _categories(model: IndexModel) -> Iterable[dict[str, object]]:
    scales = {scale.id: (at, scale) for at, scale in enumerate(model.scales, start=1)}
    for name in (*scales, OVERALL):
        order, scale = scales.get(name, (len(scales) + 1, None))
        own = model.bounds(name)
        for category, after in zip(own, (*own[1:], None), strict=True):
            yield _key(model) | {
                "scale": name,
                "scale_order": order,
                "scale_en": scale.label.en if scale else _OVERALL_EN,
                "scale_ar": scale.label.ar if scale else None,
                "scale_share": scale.share if scale else None,
                "category": category.id,
                "category_order": category.order,
                "lower_bound": category.lower_bound,
                "upper_bound": after.lower_bound if after else None,
                "report_group": category.report_group,
            }


def _levels(model: IndexModel) -> Iterable[dict[str, object]]:
    for order, indicator in enumerate(model.indicators, start=1):
        for at, level in enumerate(indicator.levels, start=1):
            yield _key(model) | {
                "indicator": indicator.id,
                "indicator_order": order,
                "scale": indicator.scale,
                "indicator_en": indicator.label.en,
                "indicator_ar": indicator.label.ar,
                "sensitivity": indicator.sensitivity,
                "allow_not_applicable": indicator.allow_not_applicable,
                "answer": level.code,
                "level_order": at,
                "answer_en": level.label.en,
                "answer_ar": level.label.ar,
                "met": None if math.isnan(level.met) else level.met,
                "weight": level.weight,
                "max_weight": indicator.maximum,
                "evidence": level.evidence,
            }


def _units(model: IndexModel) -> Iterable[dict[str, object]]:
    for subdistrict, unit in sorted((model.hotspot.unit_overrides if model.hotspot else {}).items()):
        yield _key(model) | {"subdistrict": subdistrict, "unit_name": unit}
