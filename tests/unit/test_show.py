"""Values and tables as a terminal gets them."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pytest

from flows import show


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (1234567, "1,234,567"),
        (-1234, "-1,234"),
        (0.0, "0"),
        (0.000123456, "0.0001235"),
        (-0.5, "-0.5"),
        (36.1042467, "36.104247"),
        (1234.5, "1,234.5"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (Decimal("1234567"), "1,234,567"),
        (Decimal("1.50"), "1.50"),
        (datetime.date(2021, 2, 28), "2021-02-28"),
        (datetime.datetime(2021, 2, 28, 10, 0), "2021-02-28T10:00:00"),
        (datetime.time(10, 0), "10:00:00"),
        ("كركوك", "كركوك"),
        ([1, None, "ب"], '[1, null, "ب"]'),
        ({"a": Decimal("2")}, '{"a": 2}'),
        (b"\x00\xff", "00ff"),
        (pa.MonthDayNano([1, 2, 1_500_000_000]), "P1M2DT1.5S"),
        ("tab\there", "tab\\u0009here"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\u202eb\u200fc\u2066d\ufeffe", "a\\u202eb\\u200fc\\u2066d\\ufeffe"),
        ("line\u2028end\x85", "line\\u2028end\\u0085"),
        ("\U000e0041", "\\U000e0041"),
        ("no\u00a0break", "no\u00a0break"),
    ],
)
def test_cell(value: object, shown: str) -> None:
    assert show.cell(value) == shown


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (0.1, 0.1),
        (Decimal("12345678901234567890"), 12345678901234567890),
        (Decimal("2.00"), 2.0),
        (True, True),
        ({1: [None, {"d": datetime.date(2021, 1, 1)}]}, {"1": [None, {"d": "2021-01-01"}]}),
    ],
)
def test_plain_values_are_json(value: object, plain: object) -> None:
    assert show.plain(value) == plain
    assert type(show.plain(value)) is type(plain)
    json.dumps(show.plain(value), allow_nan=False)


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("كركوك", 5), ("مُحَمَّد", 4), ("日本", 4), ("é", 1), ("e\u0301", 1)]
)
def test_width_is_that_of_the_terminal(text: str, columns: int) -> None:
    assert show.width(text) == columns


def test_grid_aligns_by_display_width() -> None:
    text = show.grid(
        ["name", "round", "households", "share"],
        [["كركوك", 120, 1234, 0.5], ["日本", 9, None, Decimal("1.25")], ["Al-Ba'aj", 1200, 7, None]],
    )
    assert text.split("\n") == [
        "name      round  households  share",
        "--------  -----  ----------  -----",
        "كركوك       120       1,234    0.5",
        "日本          9               1.25",
        "Al-Ba'aj   1200           7",
    ]


def test_grid_shows_names_without_separators() -> None:
    text = show.grid(["source_row", "first_round", "year", "rows"], [[1234, 1000, 2021, 1234]])
    assert text.splitlines()[-1].split() == ["1234", "1000", "2021", "1,234"]


def test_long_cells_are_cut_to_the_width_and_marked() -> None:
    for text in ("x" * 100, "日" * 100, "م\u064f" * 100):
        last = show.grid(["text"], [[text]]).splitlines()[-1]
        assert last.endswith("…")
        assert show.CELL_WIDTH - 1 <= show.width(last) <= show.CELL_WIDTH


def test_headers_cannot_act_on_the_terminal() -> None:
    assert show.grid(["\x1b[2J"], []).splitlines()[0] == "\\u001b[2J"


def test_table_says_what_it_leaves_out() -> None:
    data = pa.table({"n": list(range(5))})
    assert show.table(data).endswith("(5 rows)")
    assert show.table(data, 2).endswith("(5 rows)\n... 3 more rows (--rows 5 or --format csv gives all)")
    assert show.table(data.slice(0, 1)).endswith("(1 row)")
    assert show.table(data.slice(0, 0)) == "n\n-\n(0 rows)"


def test_table_keeps_columns_of_one_name() -> None:
    data = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert show.table(data).splitlines()[2] == "1  2"


def test_one_wide_row_is_shown_upright(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    data = pa.table({f"column_{n}": [n] for n in range(20)})
    lines = show.table(data).splitlines()
    assert lines[0].split() == ["column", "value"]
    assert lines[2].split() == ["column_0", "0"]


def test_values_that_python_cannot_hold_become_text() -> None:
    days = pa.chunked_array([pa.array([0, 105_200_797, None], pa.int32()).cast(pa.date32())])
    assert show.values(days)[2] is None
    assert all(isinstance(value, str) for value in show.values(days)[:2])
    spans = pa.chunked_array([pa.array([-(2**62)], pa.int64()).cast(pa.duration("s"))])
    assert show.values(spans) in (["(out of range)"], [str(-(2**62))])


def test_showing_text_does_not_import_arrow() -> None:
    program = "import sys; from flows import show; show.grid(['a'], [[1]]); sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
