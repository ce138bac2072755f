"""Rows in the order of a key: the quick way gives what a plain sort gives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations.schema import decoded
from transforms import ordering


@pytest.mark.parametrize("rows", [0, 1, 500, 30_000])
@pytest.mark.parametrize("given", ["in order", "in another order", "in stretches"])
@pytest.mark.parametrize("is_encoded", [False, True])
@pytest.mark.parametrize("ranked_from", [0, 1_000_000])
def test_quick_and_plain_agree(
    rows: int, given: str, is_encoded: bool, ranked_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = np.random.SeedSequence().entropy
    draw = np.random.default_rng(seed)
    words = np.array(["", "a", "B", "é", "ع", "10", "9", None], object)
    table = pa.table(
        {
            "round": pa.array(draw.integers(1, 9, rows)),
            "place": pa.array(draw.choice(words, rows), pa.string()),
            "same": pa.array(["one"] * rows, pa.string()),
            "indicator": pa.array(draw.choice(words, rows), pa.string()),
            "row": pa.array(np.arange(rows)),
        }
    )
    key = ("round", "place", "same", "indicator", "row")
    wanted = table.take(pc.sort_indices(table, [(name, "ascending", "at_start") for name in key]))
    cuts = sorted(draw.integers(0, rows + 1, 5).tolist())
    stretches = [wanted.slice(low, high - low) for low, high in pairwise([0, *cuts, rows])]
    own = {
        "in order": wanted,
        "in another order": table,
        "in stretches": pa.concat_tables([stretches[at] for at in draw.permutation(len(stretches))]),
    }[given]
    if is_encoded:
        texts = ("place", "same", "indicator")
        own = own.combine_chunks()
        own = pa.table({name: own[name].dictionary_encode() if name in texts else own[name] for name in own.column_names})
    monkeypatch.setattr(ordering, "_RANKED_FROM", ranked_from)
    assert decoded(ordering.ordered(own, key)).equals(wanted), f"seed {seed}"


def test_keys_of_more_values_than_one_number_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "_RANKED_FROM", 0)
    monkeypatch.setattr(ordering, "_PLACES_MAXIMUM", 100)
    table = pa.table({name: pa.array(np.random.default_rng().permutation(50)) for name in ("a", "b", "c")})
    assert ordering.ordered(table, ("a", "b", "c")).equals(
        table.sort_by([("a", "ascending"), ("b", "ascending"), ("c", "ascending")])
    )
