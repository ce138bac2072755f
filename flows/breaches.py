"""What does not hold, told on one screen: the table or list, the rule, the rows behind it, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from expectations.rules import RULES
from transforms import query, warehouse

if TYPE_CHECKING:
    from expectations.suite import Failure

VALUES_SHOWN = 8
COUNTS_SHOWN = 5
ROWS_SHOWN = 2
EXCEPTIONS = "known_exceptions_hold"

_COUNTS = """
select rule, population, round, vintage_date, rows_found, amount_households, rows_expected_minimum, rows_expected_maximum
from rule_count
where exception_status = 'different'
order by round, population, vintage_date, rule
"""
_ROWS = """
select b.place_id, b.amount_households, s.source_file, s.source_row
from rule_breach b
join source_record s
    on s.round = b.round and s.population = b.population and s.vintage_date = b.vintage_date and s.place_id = b.place_id
where b.rule = $rule and b.population = $population and b.round = $round and b.vintage_date = $vintage_date
order by abs(b.amount_households) desc nulls last, s.source_row
"""


def judged(tables: dict[str, pa.Table], rules: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Rows found by each blocking rule in the published ``tables``, and lines on the rules that found some."""
    found: dict[str, int] = {}
    lines: list[str] = []
    with warehouse.connect() as connection:
        for name, rows in tables.items():
            connection.register(name, rows)
        for rule in rules:
            offending = connection.sql(query.rule_query(rule)).to_arrow_table()
            found[rule] = offending.num_rows
            if offending.num_rows:
                lines += _of_exceptions(connection) if rule == EXCEPTIONS else _of_rule(rule, offending)
    return found, lines


def of_values(failures: Sequence[Failure]) -> list[str]:
    """One line for each expectation that does not hold."""
    lines = []
    for failure in failures[:VALUES_SHOWN]:
        rows = "" if failure.rows is None else f" {_rows(failure.rows)} do not."
        keys = f" For example: {'; '.join(failure.keys[:ROWS_SHOWN])}." if failure.keys else ""
        lines.append(f"{failure.table}: {failure.sentence}.{rows}{keys}")
    more = len(failures) - VALUES_SHOWN
    return [*lines, f"... and {more} more expectations"] if more > 0 else lines


def _of_rule(rule: str, offending: pa.Table) -> list[str]:
    declared = RULES[rule]
    keys = "; ".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in offending.slice(0, ROWS_SHOWN).to_pylist())
    said = f"{declared.table}: {declared.sentence} {_rows(offending.num_rows)} break it: {keys}. [{rule}]"
    return [said, f"  {declared.todo}"]


def _of_exceptions(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The lists that break a counted rule more or less often than known, each with some of its rows."""
    counts = connection.sql(_COUNTS).to_arrow_table()
    lines = [f"{RULES[EXCEPTIONS].table}: {RULES[EXCEPTIONS].sentence} [{EXCEPTIONS}]"]
    for count in counts.slice(0, COUNTS_SHOWN).to_pylist():
        low, high = count["rows_expected_minimum"], count["rows_expected_maximum"]
        known = str(low) if low == high else f"{low} to {high}"
        summed = "" if count["amount_households"] is None else f", together {_households(count['amount_households'])}"
        lines.append(
            f"  {count['population']} R{count['round']}, vintage {count['vintage_date']}: {_rows(count['rows_found'])}{summed}; "
            f"known are {known}. {RULES[count['rule']].sentence} [{count['rule']}]"
        )
        key = {name: count[name] for name in ("rule", "population", "round", "vintage_date")}
        rows = connection.sql(_ROWS, params=key).to_arrow_table()
        for row in rows.slice(0, ROWS_SHOWN).to_pylist():
            amount = "" if row["amount_households"] is None else f": {_households(row['amount_households'])}"
            lines.append(f"    place {row['place_id']}, row {row['source_row']} of '{row['source_file']}'{amount}")
        if rows.num_rows > ROWS_SHOWN:
            lines.append(f"    ... and {rows.num_rows - ROWS_SHOWN:,} more rows")
    more = counts.num_rows - COUNTS_SHOWN
    return [*lines, *([f"  ... and {more} more counts"] if more > 0 else []), RULES[EXCEPTIONS].todo]


def _rows(count: int) -> str:
    return f"{count:,} row" + "s" * (count != 1)


def _households(amount: int) -> str:
    return f"{amount:+,} households"
