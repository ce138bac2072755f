"""The layout of the portal's export of a master list: its headers, in its order, and the columns that they mean.

Scripts of partners know this layout; a release offers it beside the tidy one.
"""

from __future__ import annotations

from functools import cache

from expectations import codes
from expectations.columns import COLUMN_PREFIX, COLUMNS

_IDENTITY = {
    "idp": "Location ID|Place ID|Governorate|District|Location Name|Arabic Name|Latitude|Longitude|Families|Individuals",
    "returnee": "Location ID|Place_ID|Governorate|District|Location_name|Arabic_name|Latitude|Longitude"
    "|Returnee Families|Returnee Individuals",
}
_GOVERNORATES = (
    "Anbar|Babylon|Baghdad|Basrah|Dahuk|Diyala|Erbil|Kerbala|Kirkuk|Missan|Muthanna|Najaf|Ninewa|Qadissiya"
    "|Salahal Din|Sulaymaniyah|Thi Qar|Wassit"
)
_SHELTER = {
    "idp": "Camp|Hostfamilies|Hotel Motel|Informalsettlements|Own Property|Other|Religiousbuilding|Rented pre Apr 2019"
    "|Rented Habitable|Rented Uninhabitable|Schoolbuilding|Unfinishedbuilding|Unknownsheltertype",
    "returnee": "Camp|Habitual Pre_31_October2018|Habitual Residence (Habitable)|Habitual Residence (Uninhabitable)"
    "|Host_families|Hotel_Motel|Informal_settlements|Other|Religious_building|Rented_houses|School_building"
    "|Unfinished_Abandoned_building|Unknown_shelter_type",
}
_PERIODS = (
    "Pre June14 Period of displacement|June July14 Period of displacement|August14 Period of displacement"
    "|Post September 14 Period of displacement|Post April15 Period of displacement"
    "|Post March 16 Period of displacement|Post 17 October 16 Period of displacement|July 17 Period of displacement|Jan19"
)
# The fifty headers of a list in their order. The CSV series has an unnamed index before them and the list date behind them.
HEADERS = {
    population: tuple("|".join((_IDENTITY[population], _GOVERNORATES, _SHELTER[population], _PERIODS)).split("|"))
    for population in _IDENTITY
}
DATE_HEADER = "date"

MARGINS = tuple(COLUMN_PREFIX.values())  # how the columns of the three margins begin

# Headers that mean a column of another name: a text that becomes a date.
_RENAMED = {"list_date_text": "list_date"}


def canonical(kind: str, column: str) -> str | None:
    """The column of our tables that a header of the code list means, or None where they have none.

    Args:
        kind: of the header, such as ``shelter``.
        column: column or category code that the header means.
    """
    prefix = COLUMN_PREFIX.get("origin_governorate" if kind == "origin" else kind, "")
    name = prefix + _RENAMED.get(column, column)
    return name if name in COLUMNS else None


@cache
def layout(population: str) -> tuple[tuple[str, str], ...]:
    """(header, column of the master list) of the fifty headers of a list."""
    known = codes.headers(population)
    return tuple((header, str(canonical(*known[codes.normalise(header)]))) for header in HEADERS[population])


@cache
def released_header(population: str, column: str) -> str | None:
    """The first spelling of a column in released files, for categories that the portal's export never carried."""
    return next(
        (
            row["header"]
            for row in codes.rows("header_spelling")
            if row["header_population"] in (population, "both")
            and row["header_layout"] == "released"
            and canonical(row["header_kind"], row["header_column"]) == column
        ),
        None,
    )
