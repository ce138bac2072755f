"""From a data folder to the content of a release: the tables of a tier, with what its policy withholds withheld."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import release as policies
from expectations.release import ReleasePolicy, Tier
from flows.problem import ExitCode, Problem
from flows.published import Published
from transforms.release.content import Content, Release
from transforms.release.opening import opened
from transforms.release.protection import protected
from transforms.release.revision import first_published, revised

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


def truth(held: Published, number: int, tier: Tier) -> dict[str, pa.Table]:
    """The tables of a tier with nothing withheld: for the checks, never for readers."""
    return opened(held.table, tier, number)


def content(
    held: Published,
    number: int,
    tier: str,
    *,
    release: Release | None = None,
    before: Mapping[str, pa.Table] | None = None,
    notes: tuple[str, ...] = (),
) -> Content:
    """The content of a release of a round.

    Args:
        held: the published tables of the data folder.
        number: the round; its release also holds the rounds before it.
        tier: for whom.
        release: its name; by default that of a first release.
        before: what readers of the same root hold (:func:`transforms.release.revision.folded`), from which revisions are told.
        notes: what every reader must know of this release, beside what follows from its lists.

    Raises:
        Problem: no list of the round is held, or the policy of the tier cannot be kept.
    """
    said = policy(held.data)
    own = said.tiers[tier]
    name = release or first(held, number, tier)
    tables = _withheld(truth(held, number, own), own, before)
    tables["revision"] = revised(before or {}, tables, name)
    tables |= first_published(before or {}, tables, own)
    return Content(name, own, said.publisher, tables, (*notes, *_notes(held, number, own)))


def _withheld(tables: Mapping[str, pa.Table], tier: Tier, before: Mapping[str, pa.Table] | None) -> dict[str, pa.Table]:
    try:
        return protected(tables, tier, before)
    except ValueError as error:
        raise Problem(ExitCode.USAGE, f"The policy of the tier {tier.name} cannot be kept: {error}.") from None


def _notes(held: Published, number: int, tier: Tier) -> tuple[str, ...]:
    """What follows from the lists: that withheld figures of rounds published by others can be read there."""
    if not tier.threshold:
        return ()
    editions = held.table("list_edition")
    public = editions.filter(pc.and_(pc.equal(editions["release_kind"], "published"), pc.less_equal(editions["round"], number)))
    if not public.num_rows:
        return ()
    bounds = pc.min_max(public["round"]).as_py()
    rounds = f"R{bounds['min']}" if bounds["min"] == bounds["max"] else f"R{bounds['min']} to R{bounds['max']}"
    return (
        f"Lists of {rounds} were published by their publisher with every count: what is withheld of them here can be read there.",
    )


def first(held: Published, number: int, tier: str) -> Release:
    """The name of the first release of a round.

    Raises:
        Problem: no list of the round is held.
    """
    editions = held.table("list_edition", round=number)
    editions = editions.filter(pc.field("is_latest_vintage")).to_pylist()
    if not editions:
        raise held.no_list(number)
    kind = "partial" if any(row["release_kind"] == "partial" for row in editions) else "final"
    dates = {row["population"]: row["list_date"] for row in editions}
    return Release(number, tier, FIRST_PARTIAL if kind == "partial" else FIRST_FINAL, kind, dates)
