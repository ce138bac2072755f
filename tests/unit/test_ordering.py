"""Rows in the order of a key: the quick way gives what a plain sort gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from transforms import ordering


@pytest.mark.parametrize("rows", [0, 1, 500, 30_000])
@pytest.mark.parametrize("is_sorted", [False, True])
def test_quick_and_plain_agree(rows: int, is_sorted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = np.random.SeedSequence().entropy
    draw = np.random.default_rng(seed)
    words = np.array(["", "a", "B", "é", "ع", "10", "9", None], object)
    table = pa.table(
        {
            "round": pa.array(draw.integers(1, 9, rows)),
            "place": pa.array(draw.choice(words, rows), pa.string()),
            "indicator": pa.array(draw.choice(words, rows), pa.string()),
            "row": pa.array(np.arange(rows)),
        }
    )
    plain = table.sort_by([(name, "ascending") for name in ("round", "place", "indicator", "row")])
    key = ("round", "place", "indicator", "row")
    wanted = table.take(pa.compute.sort_indices(table, [(name, "ascending", "at_start") for name in key]))
    monkeypatch.setattr(ordering, "_RANKED_FROM", 0)
    given = wanted if is_sorted else plain
    assert ordering.ordered(given, key).equals(wanted), f"seed {seed}"


def test_keys_of_more_values_than_one_number_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "_RANKED_FROM", 0)
    monkeypatch.setattr(ordering, "_PLACES_MAXIMUM", 100)
    table = pa.table({name: pa.array(np.random.default_rng().permutation(50)) for name in ("a", "b", "c")})
    assert ordering.ordered(table, ("a", "b", "c")).equals(
        table.sort_by([("a", "ascending"), ("b", "ascending"), ("c", "ascending")])
    )
