"""The two indices: whom each is about, its published scales, and the groups in which its results are reported.

What an index weighs and where its categories begin is no part of this: that is a model file, see
:mod:`expectations.index_model`.
"""

from __future__ import annotations

from dataclasses import dataclass

# The published layout of result tables; a category "very high" is part of high (Return Index reports from round 5 on).
REPORT_GROUPS = ("high", "medium", "low")
SEVERE = "high"
OVERALL = "overall"
NOT_APPLICABLE = "not_applicable"
MODEL_STATUSES = ("illustrative", "fitted", "calibrated", "official")
OFFICIAL = "official"
# The two indices are weighted with people out of camp, see the sources of each in the glossary.
SETTING = "out_of_camp"


@dataclass(frozen=True)
class Index:
    """One index.

    ``people`` and ``households`` are the words, and names of columns, for those whose conditions it describes.
    ``scales`` is the published structure: a model file has exactly these.
    """

    name: str
    title: str
    title_ar: str
    population: str
    people: str
    households: str
    scales: tuple[str, ...]
    default_model: str


INDICES = {
    index.name: index
    for index in (
        Index("return", "Return Index", "مؤشر العودة", "returnee", "returnees", "returnee_households", ("s1", "s2"), "ri-illustrative"),
        Index("displacement", "Displacement Index", "مؤشر النزوح", "idp", "idps", "idp_households",
              ("infrastructure", "safety", "livelihoods", "social", "housing"), "di-illustrative"),
    )
}  # fmt: skip
_PREFIX = {"di-": "displacement", "ri-": "return"}


def of_model(model_id: str) -> str | None:
    """The name of the index that a model is of, by the prefix of its id; None where it has neither."""
    return _PREFIX.get(model_id[:3])


def disclaimer(status: str) -> str:
    """What every output of a model that is not IOM's says; empty for an official one."""
    return "" if status == OFFICIAL else f"Not IOM's published index: {status} model"
