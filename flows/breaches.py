"""What does not hold, told on one screen: the table or list, the rule, the rows behind it, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from expectations.outcome import Failure
from expectations.rules import RULES
from flows.show import counted
from transforms import query, warehouse

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


def judged(tables: dict[str, list[Path]], rules: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Rows found by each blocking rule in the tables, and lines on the rules that found some.

    Args:
        tables: each table with its Parquet files, none for a table without rows.
        rules: the rules. Where no table that a rule reads has rows, it finds none, and is not asked.
    """
    found: dict[str, int] = {}
    lines: list[str] = []
    with warehouse.connect() as connection:
        for name, paths in tables.items():
            warehouse.see(connection, name, paths)
        for rule in rules:
            asked = query.rule_query(rule)
            offending = _rows_of(connection, asked) if any(tables[name] for name in query.reads(asked)) else []
            found[rule] = len(offending)
            if offending:
                lines += _of_exceptions(connection) if rule == EXCEPTIONS else _of_rule(rule, offending)
    return found, lines


def of_values(failures: Sequence[Failure]) -> list[str]:
    """One line for each expectation that does not hold."""
    lines = []
    for failure in failures[:VALUES_SHOWN]:
        rows = "" if failure.rows is None else f" {counted(failure.rows, 'row')} {'does' if failure.rows == 1 else 'do'} not."
        keys = f" For example: {'; '.join(failure.keys[:ROWS_SHOWN])}." if failure.keys else ""
        lines.append(f"{failure.table}: {failure.sentence}.{rows}{keys}")
    more = len(failures) - VALUES_SHOWN
    return [*lines, f"... and {more} more expectations"] if more > 0 else lines


def _rows_of(connection: duckdb.DuckDBPyConnection, text: str, **parameters: object) -> list[dict[str, object]]:
    """The rows of a query whose result is expected to be small."""
    cursor = connection.execute(warehouse.parsed(text), parameters or None)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _of_rule(rule: str, offending: list[dict[str, object]]) -> list[str]:
    declared = RULES[rule]
    keys = "; ".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in offending[:ROWS_SHOWN])
    breaks = f"{counted(len(offending), 'row')} {'breaks' if len(offending) == 1 else 'break'} it"
    said = f"{declared.table}: {declared.sentence} {breaks}: {keys}. [{rule}]"
    return [said, f"  {declared.todo}"]


def _of_exceptions(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The lists that break a counted rule more or less often than known, each with some of its rows."""
    counts = _rows_of(connection, _COUNTS)
    lines = [f"{RULES[EXCEPTIONS].table}: {RULES[EXCEPTIONS].sentence} [{EXCEPTIONS}]"]
    for count in counts[:COUNTS_SHOWN]:
        low, high = count["rows_expected_minimum"], count["rows_expected_maximum"]
        known = str(low) if low == high else f"{low} to {high}"
        known += " is known" if known == "1" else " are known"
        summed = "" if count["amount_households"] is None else f", together {_households(count['amount_households'])}"
        lines.append(
            f"  {count['population']} R{count['round']}, vintage {count['vintage_date']}: {counted(count['rows_found'], 'row')} where {known}"
            f"{summed}. {RULES[count['rule']].sentence} [{count['rule']}]"
        )
        key = {name: count[name] for name in ("rule", "population", "round", "vintage_date")}
        rows = _rows_of(connection, _ROWS, **key)
        for row in rows[:ROWS_SHOWN]:
            amount = "" if row["amount_households"] is None else f": {_households(row['amount_households'])}"
            lines.append(f"    place {row['place_id']}, row {row['source_row']} of '{row['source_file']}'{amount}")
        if len(rows) > ROWS_SHOWN:
            lines.append(f"    ... and {len(rows) - ROWS_SHOWN:,} more rows")
    more = len(counts) - COUNTS_SHOWN
    return [*lines, *([f"  ... and {more} more counts"] if more > 0 else []), RULES[EXCEPTIONS].todo]


def _households(amount: int) -> str:
    return f"{amount:+,} households"
