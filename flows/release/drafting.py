"""From a data folder to the content of a release: the tables of a tier, with what its policy withholds withheld."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc

from expectations import release as policies
from expectations.release import ReleasePolicy
from flows.problem import ExitCode, Problem
from flows.published import Published
from transforms.release.content import Content, Release
from transforms.release.opening import opened
from transforms.release.protection import protected

FIRST_FINAL, FIRST_PARTIAL = "1.0", "0.1"


def policy(data: Path) -> ReleasePolicy:
    """The policy of a data folder: as shipped, with what its own ``release.toml`` says otherwise.

    Raises:
        Problem: that file cannot be understood.
    """
    own = data / policies.POLICY_FILE
    try:
        return policies.policy(own.read_text(encoding="utf-8-sig") if own.exists() else "")
    except (ValueError, UnicodeDecodeError) as error:
        raise Problem(ExitCode.USAGE, f"'{own}': {error}.") from None


def content(held: Published, number: int, tier: str, *, release: Release | None = None) -> Content:
    """The content of a release of a round.

    Args:
        held: the published tables of the data folder.
        number: the round; its release also holds the rounds before it.
        tier: for whom.
        release: its name; by default that of a first release.

    Raises:
        Problem: no list of the round is held.
    """
    said = policy(held.data)
    name = release or first(held, number, tier)
    tables = opened(held.table, said.tiers[tier], number)
    return Content(name, said.tiers[tier], said.publisher, protected(tables, said.tiers[tier]))


def first(held: Published, number: int, tier: str) -> Release:
    """The name of the first release of a round."""
    editions = held.table("list_edition", round=number)
    editions = editions.filter(pc.field("is_latest_vintage")).to_pylist()
    if not editions:
        raise held.no_list(number)
    kind = "partial" if any(row["release_kind"] == "partial" for row in editions) else "final"
    dates = {row["population"]: row["list_date"] for row in editions}
    return Release(number, tier, FIRST_PARTIAL if kind == "partial" else FIRST_FINAL, kind, dates)
