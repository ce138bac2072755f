"""The Atom feed of a root: every release, correction and withdrawal, newest first (RFC 4287)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from flows.release import stored
from flows.release.listing import Version
from flows.release.words import word
from flows.show import visible

_SPACE = "http://www.w3.org/2005/Atom"
_MIDNIGHT = "T00:00:00+03:00"  # days are days in Iraq


def atom(versions: Sequence[Version], publisher: Mapping[str, str], room: str) -> str:
    """The feed as text. Links are relative where no address is configured.

    Args:
        versions: of the root, newest first.
        publisher: name and address of the folder of all roots.
        room: the folder of this root in it.
    """
    ElementTree.register_namespace("", _SPACE)
    top = ElementTree.Element(f"{{{_SPACE}}}feed")
    address = f"{publisher['address'].rstrip('/')}/{room}" if publisher["address"] else ""
    _put(top, "id", f"{address}/feed.xml" if address else f"urn:dtm-irq:releases:{room.replace('/', ':')}")
    _put(top, "title", f"DTM Iraq master lists: releases and revisions ({room})")
    _put(top, "updated", f"{max(map(_changed, versions))}{_MIDNIGHT}")
    _put(ElementTree.SubElement(top, f"{{{_SPACE}}}author"), "name", publisher["name"] or "DTM Iraq")
    for version in versions:
        entry = ElementTree.SubElement(top, f"{{{_SPACE}}}entry")
        _put(entry, "id", f"urn:dtm-irq:release:{version.id}")
        _put(entry, "title", f"R{version.round} v{version.version} ({version.kind}), {version.state}")
        _put(entry, "updated", f"{_changed(version)}{_MIDNIGHT}")
        where = f"{version.folder}/{stored.ABOUT}"
        ElementTree.SubElement(entry, f"{{{_SPACE}}}link", href=f"{address}/{where}" if address else where)
        dates = ", ".join(f"{word(one, 'en')} list of {date}" for one, date in sorted(version.list_dates.items()))
        reason = f" Reason: {version.reason.rstrip('.')}." if version.reason else ""
        _put(entry, "summary", f"{dates}.{reason} Content SHA-256 {version.content_sha256 or 'removed'}.")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(top, encoding="unicode") + "\n"


def _changed(version: Version) -> datetime.date:
    """The day of the last thing that happened to a version."""
    return version.withdrawn_on or version.published_on


def _put(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_SPACE}}}{name}").text = visible(text)
