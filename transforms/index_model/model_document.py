"""A new model document: everything of a base model but the numbers that were found."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from expectations.index_model import IndexModel
from expectations.index_model_file import ModelError, from_document
from transforms.index_model.coding import EstimationError
from transforms.index_model.level_weights import LevelWeight

# Places of a saved weight: the maxima of a scale then sum to 100 within 1e-9.
PLACES = 10
_TITLES = {
    "fitted": ("weights fitted to returns", "أوزان مقدّرة من بيانات العودة"),
    "calibrated": ("weights recovered from a dataset", "أوزان مسترجعة من مجموعة بيانات"),
}


def named(base: IndexModel, status: str, model_id: str, version: str) -> dict:
    """A copy of the document of ``base`` under another name and status."""
    document = copy.deepcopy(base.document)
    en, ar = _TITLES[status]
    title = {"en": f"{base.index.title}, {en}", "ar": f"{base.index.title_ar}، {ar}"}
    return {**document, "index": base.index.name, "id": model_id, "version": version, "status": status, "title": title}


def set_weights(document: dict, weights: Mapping[str, Sequence[LevelWeight]]) -> None:
    """Write the points and evidence of the levels of each indicator into a document."""
    for indicator in document["indicators"]:
        for level, weight in zip(indicator["levels"], weights[indicator["id"]], strict=True):
            # No negative zero in a file that people read.
            level["weight"] = round(weight.points, PLACES) + 0.0
            level["evidence"] = weight.evidence


def valid(document: dict) -> IndexModel:
    """The model of a new document.

    Raises:
        EstimationError: it is not valid, for instance because an id or version given by the user is not.
    """
    try:
        return from_document(document, f"the new model {document['id']}")
    except ModelError as error:
        raise EstimationError(f"The new model cannot be saved: {' '.join(error.sentences)}") from None
