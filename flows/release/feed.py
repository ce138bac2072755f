"""The Atom feed of a root: every release, correction and withdrawal, newest first (RFC 4287)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from flows.release.listing import Version
from flows.show import visible

_SPACE = "http://www.w3.org/2005/Atom"
_MIDNIGHT = "T00:00:00+03:00"  # days are days in Iraq


def atom(versions: Sequence[Version], publisher: Mapping[str, str]) -> str:
    """The feed as text. Links are relative where no address is configured.

    Args:
        versions: of the root, newest first.
        publisher: name and address.
    """
    ElementTree.register_namespace("", _SPACE)
    top = ElementTree.Element(f"{{{_SPACE}}}feed")
    address = publisher["address"].rstrip("/")
    tier = versions[0].id.split("-")[1] if versions else ""
    _put(top, "id", f"{address}/feed.xml" if address else f"urn:dtm-irq:releases:{tier}")
    _put(top, "title", f"DTM Iraq master lists: releases and revisions ({tier})")
    _put(top, "updated", max((str(version.published_on) for version in versions), default="1970-01-01") + _MIDNIGHT)
    _put(ElementTree.SubElement(top, f"{{{_SPACE}}}author"), "name", publisher["name"] or "DTM Iraq")
    for version in versions:
        entry = ElementTree.SubElement(top, f"{{{_SPACE}}}entry")
        _put(entry, "id", f"urn:dtm-irq:release:{version.id}")
        _put(entry, "title", f"R{version.round} v{version.version} ({version.kind}), {version.state}")
        _put(entry, "updated", f"{version.published_on}{_MIDNIGHT}")
        where = f"{version.folder}/{_FIRST}"
        ElementTree.SubElement(entry, f"{{{_SPACE}}}link", href=f"{address}/{where}" if address else where)
        dates = ", ".join(f"{population} list of {date}" for population, date in sorted(version.list_dates.items()))
        reason = f" Reason: {version.reason}" if version.reason else ""
        _put(entry, "summary", f"{dates}.{reason} Content SHA-256 {version.content_sha256 or 'removed'}.")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(top, encoding="unicode") + "\n"


_FIRST = "release.json"


def _put(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_SPACE}}}{name}").text = visible(text)
