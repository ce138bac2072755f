"""What metadata says of the files of a release: measured facts of a file beside what the contract says of its columns."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import pyarrow.compute as pc

from expectations import codes
from expectations.caveats import OF_LISTS
from expectations.columns import COLUMNS
from expectations.contract import Column
from expectations.exchange_shapes import SHAPES
from transforms.release.content import Content

MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "svg": "image/svg+xml",
    "sql": "application/sql",
    "duckdb": "application/vnd.duckdb",
    "text": "text/plain",
    "md": "text/markdown",
    "xml": "application/xml",
}
_KINDS = {"Stock.": "stock", "Gross flow": "flow", "hange of a stock": "change of a stock", "Net change": "change of a stock"}
_TAGGED = re.compile(r".*_hxl\.csv")


@dataclass(frozen=True)
class FileFacts:
    """A file as it lies in the release: path, what it is, format, what it holds, size, hash; ``columns`` of a CSV or Parquet file."""

    path: str
    title: str
    format: str
    table: str
    bytes: int
    sha256: str
    columns: tuple[str, ...] = ()
    is_stable: bool = True

    @property
    def has_tags(self) -> bool:
        """Whether its second row holds HXL tags."""
        return _TAGGED.fullmatch(self.path) is not None

    @property
    def media_type(self) -> str:
        """The media type of its format."""
        return MEDIA_TYPES.get(self.format, "application/octet-stream")


def column_of(table: str, name: str) -> Column | None:
    """What a column of a file means: as its shape declares, else as the contract does; None where neither knows it."""
    if table in SHAPES:
        return next((column for column in SHAPES[table].columns if column.name == name), None)
    return COLUMNS.get(name)


def allowed(column: Column) -> list[str]:
    """The closed list of a column where it is short; empty otherwise."""
    return sorted(codes.governorates().codes) if column.codes == "governorate" else list(column.values)


def stock_or_flow(column: Column) -> str | None:
    """Whether a count is a stock, a flow or a change of a stock, as its meaning says; None for what is no count."""
    return next((kind for said, kind in _KINDS.items() if said in column.meaning), None) if column.unit else None


def period(content: Content) -> tuple[datetime.date, datetime.date]:
    """The first and last date as of which lists of the release count."""
    dates = content.tables["national_summary"]["list_date"] if "national_summary" in content.tables else None
    return (pc.min(dates).as_py() if dates else content.release.date, content.release.date)


def rounds(content: Content) -> tuple[int, int]:
    """The first and last round of the release."""
    listed = content.tables["national_summary"]["round"] if "national_summary" in content.tables else None
    return (pc.min(listed).as_py() if listed else content.release.round, content.release.round)


def title(content: Content) -> str:
    """The release in one line."""
    release = content.release
    first, last = rounds(content)
    said = f"R{last}" if first == last else f"R{first} to R{last}"
    return f"DTM Iraq master lists of IDPs and returnees, {said} ({release.tier} tier, version {release.version}, {release.kind})"


def identifier(content: Content) -> str:
    """What names the release for good: its web address where one is configured, else its name."""
    release, address = content.release, content.publisher.address.rstrip("/")
    return f"{address}/{release.room}/{release.folder}" if address else f"{release.stem('release')}"


def caveats(content: Content) -> list[str]:
    """What every reader has to know, as sentences: those of the lists, the tier and this release."""
    tier = content.tier
    said = [*(f"{about}: {said}" for about, said in OF_LISTS), f"Tier {tier.name}: {tier.meaning}"]
    if tier.threshold:
        said.append(
            f"Figures of 1 to {tier.threshold - 1} households are withheld, with others from which they could be worked out; they are empty, never zero."
        )
    return [*said, *content.notes]  # fmt: skip
