"""What the version released before fixes of the pattern of a list whose figures changed since."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from transforms.release.protection.lists import CountedList
from transforms.release.protection.pattern import Start, nothing_settled


def starts(lists: list[CountedList], tables: Mapping[str, pa.Table], before: Mapping[str, pa.Table]) -> dict[tuple[str, int], Start]:
    """The start of each list, by population and round."""
    return {(own.population, own.round): nothing_settled(own) for own in lists}
