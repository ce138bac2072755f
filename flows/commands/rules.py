"""List the rules with their sentences, or show one with its query.

Severities: block refuses the file or the run; warning is counted and compared with the known exceptions; review
enters the review queue; info is counted and shown. Bounds and code lists of single columns stand in
`dtm dictionary`."""

from __future__ import annotations

import argparse

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
        return ExitCode.OK
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
