"""List the rules with their sentences, or show one with its query.

Severities: block refuses the file or the run; warning is counted and compared with the known exceptions; review
enters the review queue; info is counted and shown. Bounds and code lists of single columns stand in
`dtm dictionary`."""

from __future__ import annotations

import argparse

from expectations.checks import BY_ID, CHECKS, Check
from expectations.rules import RULES
from flows.problem import ExitCode, Problem

HELP = "list the rules with their sentences"
EXAMPLE = "dtm rules shelter_sum"
NEEDS_DATA = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("rule", nargs="?", metavar="RULE", help="one rule, with what to do and its query")


def run(options: argparse.Namespace) -> int:
    """Print all rules, or one."""
    if options.rule is None:
        width = max(len(rule.id) for rule in RULES.values())
        for scope in ("file", "row", "table"):
            print(f"{scope} rules")
            for rule in RULES.values():
                if rule.scope == scope:
                    print(f"  {rule.id:<{width}}  {rule.published:<8} {rule.sentence}")
        print("checks of a round under collection")
        for check in CHECKS:
            print(f"  {check.id:<{width}}  {check.severity:<8} {check.sentence}")
        return ExitCode.OK
    if options.rule in BY_ID:
        return _check(BY_ID[options.rule])
    rule = RULES.get(options.rule)
    if rule is None:
        raise Problem(ExitCode.USAGE, f"There is no rule '{options.rule}'. See: dtm rules")
    about = [
        ("rule", rule.id),
        ("scope", rule.scope),
        ("published lists", rule.published),
        ("field rounds", rule.field),
        ("table", rule.table or ""),
        ("source", rule.source or "this project"),
    ]
    print("\n".join(f"{name:<16} {said}" for name, said in about if said))
    print(f"\n{rule.sentence}\nWhat to do: {rule.todo}")
    if rule.scope == "table":
        from transforms import query

        print("\n" + query.self_contained(query.rule_query(rule.id)))
    return ExitCode.OK


def _check(check: Check) -> int:
    """Print a check: its query runs inside the evaluation of a round, not in the console."""
    from transforms import query

    stays = "yes" if check.can_stay else "no: correct it, or remove the submission"
    about = [("check", check.id), ("gate", check.gate), ("severity", check.severity), ("can stay", stays)]
    print("\n".join(f"{name:<16} {said}" for name, said in about))
    print(f"\n{check.sentence}\nWhat to do: {check.todo}\n\n{query.check_query(check.id)}")
    return ExitCode.OK
