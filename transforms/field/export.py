"""An export of submissions as read, whatever tool wrote it: the one shape that the adapters give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Shape = Literal["kobo_json", "kobo_csv", "kobo_xlsx", "odk_zip", "generic"]

# What an export says of a submission beside its answers; text, null where it does not say it.
META = (
    "_uuid",  # the instance: without the prefix 'uuid:'
    "_root_uuid",  # the submission over all its edits, where the export says it
    "_replaces_uuid",  # the instance that this one replaces (deprecatedID), where the export says it
    "_form",
    "_form_version",
    "_submitted_at",
    "_modified_at",
    "_edits",
    "_review_state",  # in the tool's own words
    "_submitter",  # personal
)
# Review states of submissions that a supervisor rejected, as KoboToolbox and ODK Central say it.
REJECTED = ("validation_status_not_approved", "rejected")


@dataclass(frozen=True)
class Export:
    """The submissions of one file, or of the pages of one asset.

    ``rows`` has a text column for each of :data:`META`, an integer ``_row`` (as a spreadsheet numbers it; the position
    from 1 in JSON), a text ``_sheet`` (empty where there is none) and a text column for each question of
    :func:`expectations.form.known` that the export carries, by its bare name. Values are as exported, only trimmed,
    with choices by code and empty texts as null.
    ``repeats`` gives, by the name of the repeat, a table with an integer ``_at`` (position in ``rows``, from 0) and a
    text column per question. ``unknown`` are headers that are neither a question nor known metadata: never kept.
    """

    shape: Shape
    rows: pa.Table
    repeats: dict[str, pa.Table]
    unknown: tuple[str, ...] = ()
