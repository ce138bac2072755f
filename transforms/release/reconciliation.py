"""Published figures beside those that a release shows: a figure that is withheld has no value here either."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from expectations.columns import COLUMNS
from expectations.release_tables import OWN
from expectations.schema import conform, schema
from transforms.ordering import ordered
from transforms.reconcile import WITHOUT, Figure, Ours, compare

_TABLE = OWN["reconciliation"]
_KINDS = COLUMNS["publication_kind"].values


def reconciled(figures: Sequence[Figure], ours: Ours) -> pa.Table:
    """Rows of the table ``reconciliation``: every measure of a national figure of a round that is held."""
    rows = {}
    for one in compare([figure for figure in figures if figure.governorate is None], ours):
        if one.figure.round is None or (one.verdict == WITHOUT and (one.figure.population, one.figure.round, None) not in ours):
            continue
        row = {
            "population": one.figure.population,
            "round": one.figure.round,
            "publication_kind": one.figure.kind if one.figure.kind in _KINDS else "any",
            "measure": one.measure,
            "published_value": one.published,
            "list_value": one.ours,
            "verdict": one.verdict,
            "cause": one.cause or None,
        }
        rows.setdefault(tuple(row[name] for name in _TABLE.key), row)
    made = pa.Table.from_pylist(list(rows.values()), schema(_TABLE).remove_metadata())
    return ordered(conform(made, _TABLE), _TABLE.key)
