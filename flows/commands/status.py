"""Show what is held: the lists, their rounds and vintages, the figures, what is incomplete, what is counted as an exception."""

from __future__ import annotations

import argparse

from expectations.rules import REVIEW_HOUSEHOLDS, REVIEW_SHARE
from flows import show
from flows.console import query
from flows.field import rounds_file, standing
from flows.problem import ExitCode
from flows.published import Published

HELP = "show the rounds held and their figures"
EXAMPLE = "dtm status --data data"

_ROUNDS = """
select
    s.population,
    s.round,
    s.list_date,
    e.vintage_date as vintage,
    v.vintages,
    s.locations,
    s.households,
    s.households_in_camp as in_camp,
    s.individuals,
    s.completeness,
    coalesce(w.exceptions, 0) as exceptions,
    c.review_locations as review
from national_summary s
join list_edition e on e.population = s.population and e.round = s.round and e.is_latest_vintage
join (select population, round, count(*) as vintages from list_edition group by all) v on v.population = s.population and v.round = s.round
left join (
    select population, round, vintage_date, sum(rows_found)::bigint as exceptions
    from rule_count
    where severity = 'warning'
    group by all
) w on w.population = s.population and w.round = s.round and w.vintage_date = e.vintage_date
left join change_summary c on c.population = s.population and c.round = s.round
order by s.population, s.round
"""
_SCORED = """
select
    r.index_name, r.index_round, r.round, r.index_round_basis as basis, r.model_id, r.model_version, r.model_status,
    count(distinct s.place_id) as locations
from index_run r
left join index_source_record s on s.index_name = r.index_name and s.index_round = r.index_round
group by all
order by r.index_name, r.index_round, r.model_id, r.model_version
"""
_QUARANTINE = """
select population, round, vintage_date, rule, count(*) as rows
from quarantine
group by all
order by all
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""


def run(options: argparse.Namespace) -> int:
    """Print the rounds, what is incomplete, and the end of the log."""
    held = Published(options.data)
    with held.connect() as connection:
        rounds = query(connection, _ROUNDS)
        print(show.table(rounds))
        set_aside = query(connection, _QUARANTINE)
        if set_aside.num_rows:
            print("\nRows in quarantine: these rounds are incomplete.")
            print(show.table(set_aside))
        scored = query(connection, _SCORED)
        if scored.num_rows:
            print("\nIndices:")
            print(show.table(scored))
    for line in _collected(held):
        print(line)
    for withdrawal in held.manifest.withdrawn:
        print(show.visible(f"withdrawn: {', '.join(withdrawal.names)} ({withdrawal.reason})"))
    for line in _accepted(held.manifest.accepted_exceptions):
        print(show.visible(line))
    checks = held.manifest.checks
    print(
        f"\n{len(held.manifest.sources)} lists, {len(held.manifest.tables)} tables; {checks['suites']} suites, "
        f"{checks['expectations']} expectations, {checks['rules']} blocking rules held."
    )
    last = held.manifest.log[-1] if held.manifest.log else None
    if last:
        print(f"last {last['event']}: {last['at']} by {last['by']}")
    print(
        "exceptions: rows that break a counted rule as often as known (table rule_count). review: locations that changed "
        f"by more than {REVIEW_SHARE:.0%} and {REVIEW_HOUSEHOLDS} households since the round before (table master_list_change)."
    )
    return ExitCode.OK


def _collected(held: Published) -> list[str]:
    """The rounds under collection, and whether the tables know all that was received and decided for them."""
    rounds = rounds_file.read(held.data).values()
    lines = [f"R{r.number} is {r.state}: dtm round status {r.number}" for r in rounds]
    if standing.fingerprint(held.data) != held.manifest.rounds:
        lines.append(f"The tables are older than what was received or decided for the rounds: dtm build --data {held.data}")
    return lines


def _accepted(exceptions: tuple[dict[str, str], ...]) -> list[str]:
    """The exceptions that the user accepted, one line a rule, population and reason."""
    grouped: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in exceptions:
        grouped.setdefault((row["rule"], row["population"], row["note"]), []).append(row)
    lines = []
    for (rule, population, reason), rows in sorted(grouped.items()):
        count = sum(int(row["rows_expected_minimum"]) for row in rows)
        rounds = sorted({int(row["first_round"]) for row in rows})
        of = f"R{rounds[0]}" if len(rounds) == 1 else f"{len(rounds)} rounds from R{rounds[0]} to R{rounds[-1]}"
        lines.append(f"accepted: {count} {population} row{'s' * (count != 1)} of {of} break {rule} ({reason})")
    return lines
