"""Tiers, states and the policy of releases: who may see what, read from ``release.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from importlib import resources
from typing import get_args

from expectations.contract import Sensitivity

TIERS = ("internal", "partner", "public")
# One direction; a released version becomes superseded by a later one of its round and tier, or withdrawn with a reason.
STATES = ("draft", "checked", "cleared", "released", "superseded", "withdrawn")
POLICY_FILE = "release.toml"
DISCLAIMER = "The boundaries and names shown and the designations used on this map do not imply official endorsement or acceptance by the United Nations."
DISCLAIMER_AR = "الحدود والأسماء المبينة والتسميات المستخدمة على هذه الخريطة لا تعني إقراراً أو قبولاً رسمياً من جانب الأمم المتحدة."


@dataclass(frozen=True)
class Publisher:
    """Who publishes, under which terms, and where they can be reached. No open licence is assumed."""

    name: str
    credit: str
    licence: str
    licence_id: str
    contact: str = ""
    address: str = ""


@dataclass(frozen=True)
class Clearance:
    """Who may not clear a release, unless the policy says so; then a reason is asked for."""

    drafter_may_clear: bool = False
    reviewer_may_clear: bool = False


@dataclass(frozen=True)
class Tier:
    """What readers of a tier see. ``threshold``: fewest households of a figure that is shown; 0 withholds nothing.

    ``leave_out`` names columns, of every table or as ``table.column``; ``sensitivity`` the classes of columns that are shown.
    """

    name: str
    meaning: str
    tables: tuple[str, ...]
    leave_out: tuple[str, ...]
    sensitivity: tuple[str, ...]
    threshold: int
    coordinate_decimals: int
    needs: tuple[str, ...] = ()

    def leaves_out(self, table: str, column: str) -> bool:
        """Whether the policy leaves a column of a table out."""
        return column in self.leave_out or f"{table}.{column}" in self.leave_out


@dataclass(frozen=True)
class ReleasePolicy:
    """The whole policy file."""

    publisher: Publisher
    clearance: Clearance
    tiers: Mapping[str, Tier]
    hdx: Mapping[str, object]


def default_text() -> str:
    """The policy file that the project ships."""
    return resources.files("expectations").joinpath(POLICY_FILE).read_text(encoding="utf-8")


def policy(own: str = "") -> ReleasePolicy:
    """The policy: as shipped, with the single values that ``own``, the text of a data folder's file, says otherwise.

    Raises:
        ValueError: a section or key is not known, or a value is of another kind; one sentence.
    """
    said = tomllib.loads(default_text())
    try:
        given = tomllib.loads(own)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is no TOML ({error})") from None
    for section, known, values in _sections(said, given):
        for key, value in values.items():
            if key not in known:
                raise ValueError(f"[{section}] has no '{key}'; known: {', '.join(known)}")
            if type(value) is not type(known[key]) or (isinstance(value, list) and not all(type(one) is str for one in value)):
                raise ValueError(f"[{section}] {key} is {value!r}, expected such as {known[key]!r}")
            known[key] = value
    tiers = {name: _made(Tier, {"name": name, **values}) for name, values in said["tier"].items()}
    for tier in tiers.values():
        if (tier.threshold and not 3 <= tier.threshold <= 100) or not -1 <= tier.coordinate_decimals <= 6:
            raise ValueError(f"[tier.{tier.name}] threshold is 0 or 3 to 100, coordinate_decimals -1 to 6")
        if not tier.tables or not set(tier.sensitivity) <= set(get_args(Sensitivity)) - {"personal"}:
            raise ValueError(f"[tier.{tier.name}] tables names at least one, sensitivity is of public and sensitive")
    publisher = said["publisher"]
    for key in ("name", "credit", "licence", "licence_id"):
        if not publisher[key].strip():
            raise ValueError(f"[publisher] {key} is blank")
    if publisher["address"] and not publisher["address"].startswith(("https://", "http://")):
        raise ValueError("[publisher] address is no web address that begins with https:// or http://")
    return ReleasePolicy(_made(Publisher, said["publisher"]), _made(Clearance, said["clearance"]), tiers, said["hdx"])


def _sections(said: dict, given: dict) -> list[tuple[str, dict, dict]]:
    """(name, what is known, what is given) of each section that is given."""
    found = []
    for name, values in given.items():
        if name not in said or not isinstance(values, dict):
            raise ValueError(f"'{name}' is no section; known: {', '.join(said)}")
        if name != "tier":
            found.append((name, said[name], values))
            continue
        for tier, own in values.items():
            if tier not in said["tier"] or not isinstance(own, dict):
                raise ValueError(f"'{tier}' is no tier; known: {', '.join(TIERS)}")
            found.append((f"tier.{tier}", said["tier"][tier], own))
    return found


def _made(kind: type, values: dict) -> object:
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    missing = [own.name for own in fields(kind) if own.default is MISSING and own.name not in plain]
    assert not missing, missing  # the shipped file has them all
    return kind(**plain)
