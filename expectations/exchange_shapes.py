"""The shapes in which tools of partners read displacement figures: rows of the DTM API and of HDX HAPI, column by column.

Names, order and HXL tags are those of their owners (DTM API v3 as ``dtmapi`` 0.2.1 reads it; ``OCHA-DAP/hdx-scraper-iom-dtm``),
so they keep their own style. What the lists do not tell stays empty. Shapes whose name begins with ``ours_`` are extensions of
this project: neither system has them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from expectations.contract import Column

OURS = "ours_"
_NO_RETURNEES = "Extension of this release: the DTM API holds no returnees."
_SUM = " The rows of a place and round are summed, never joined to another breakdown."
_WITHHELD = " Empty where it is withheld or not known; never zero for that reason."


@dataclass(frozen=True)
class Shape:
    """One file shape. ``query``: which of ``sql/release/`` makes its rows; ``level``: the administrative level of its rows,
    or None for all; ``latest``: whether it holds the newest round only; ``note``: stands in files of extensions.
    """

    name: str
    title: str
    query: str
    population: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    formats: tuple[str, ...]
    level: int | None = None
    latest: bool = False
    note: str = ""


def _present(name: str, who: str, hxl: str) -> Column:
    return Column(
        name, "integer", f"{who} present on the list date, individuals. Stock.{_WITHHELD}", "individuals", minimum=0, hxl=hxl
    )


_UNKNOWN_SEX = "Not known: the master lists do not tell it. Always empty."
_API = (
    Column("id", "integer", "Key of a row in the database of the API, which this release does not know. Always empty.", hxl="#id+code"),
    Column("operation", "text", "Operation, as the DTM API names it.", hxl="#operation+name"),
    Column("admin0Name", "text", "Country.", hxl="#country+name"),
    Column("admin0Pcode", "text", "Country, ISO 3166-1 alpha-3.", hxl="#country+code"),
    Column("admin1Name", "text", "Governorate where the people live now, as the DTM API names it.", hxl="#adm1+name"),
    Column("admin1Pcode", "text", "P-code of the governorate in the DTM API, such as IRQ-G01.", hxl="#adm1+code"),
    Column("admin2Name", "text", "District where the people live now, as the DTM API names it; a DTM district within one of COD-AB keeps its DTM name.", hxl="#adm2+name"),
    Column("admin2Pcode", "text", "P-code of the district in the DTM API; empty where not known.", hxl="#adm2+code"),
    _present("numPresentIdpInd", "IDPs", "#affected+idps"),
    Column("reportingDate", "text", "Date as of which the list counts, as the API writes dates.", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00$", hxl="#date+reported"),
    Column("yearReportingDate", "integer", "Year of reportingDate.", hxl="#date+year+reported"),
    Column("monthReportingDate", "integer", "Month of reportingDate.", minimum=1, maximum=12, hxl="#date+month+reported"),
    Column("roundNumber", "integer", "Master-list round; the API numbers some early rounds otherwise.", minimum=1, hxl="#round+code"),
    Column("displacementReason", "text", "Not known: the master lists do not tell it. Always empty.", hxl="#cause+type"),
    Column("numberMales", "integer", _UNKNOWN_SEX, "individuals", hxl="#affected+idps+m"),
    Column("numberFemales", "integer", _UNKNOWN_SEX, "individuals", hxl="#affected+idps+f"),
    Column("idpOriginAdmin1Name", "text", "Governorate of origin as the DTM API names it; 'Not available' where rows are not by origin.", hxl="#adm1+name+origin"),
    Column("idpOriginAdmin1Pcode", "text", "P-code of the governorate of origin in the DTM API; 'Not available' where rows are not by origin.", hxl="#adm1+code+origin"),
    Column("assessmentType", "text", "BA: baseline assessment.", values=("BA", "ETT", "SA"), hxl="#assessment+type"),
)  # fmt: skip
_NOTE = Column("note", "text", "That the file is an extension, and of what.")
_LEVEL_NAMES = ("country", "governorate", "district")


def _api_columns(level: int, population: str = "idp") -> tuple[Column, ...]:
    """The columns of a level: finer administrative columns are left out; extensions have no origin of IDPs, and a note."""
    kept = [c for c in _API if not any(c.name.startswith(f"admin{finer}") for finer in range(level + 1, 3))]
    if population == "idp":
        return tuple(kept)
    kept = [c for c in kept if not c.name.startswith("idpOrigin")]
    returnees = _present("numPresentReturneeInd", "Returnees", "#affected+returnees+ind")
    own = {"numPresentIdpInd": returnees}
    for name in ("numberMales", "numberFemales"):
        column = next(c for c in kept if c.name == name)
        own[name] = replace(column, hxl=column.hxl.replace("idps", "returnees"))
    return (*(own.get(c.name, c) for c in kept), _NOTE)


_API_KEYS = (("roundNumber",), ("roundNumber", "admin1Name"), ("roundNumber", "admin1Name", "admin2Name"))
_API_FORMATS = ("csv", "json", "parquet")
_HAPI = (
    Column("location_code", "text", "Country, ISO 3166-1 alpha-3.", hxl="#country+code"),
    Column("has_hrp", "text", "Whether the country has a Humanitarian Response Plan. Not known here: always empty.", hxl="#meta+has_hrp"),
    Column("in_gho", "text", "Whether the country is in the Global Humanitarian Overview. Not known here: always empty.", hxl="#meta+in_gho"),
    Column("provider_admin1_name", "text", "Governorate where the people live now, DTM name.", hxl="#adm1+name+provider"),
    Column("provider_admin2_name", "text", "District where the people live now, DTM name.", hxl="#adm2+name+provider"),
    Column("admin1_code", "text", "OCHA COD-AB p-code of the governorate.", pattern=r"^IQG[0-9]{2}$", hxl="#adm1+code"),
    Column("admin1_name", "text", "COD-AB name of the governorate.", hxl="#adm1+name"),
    Column("admin2_code", "text", "OCHA COD-AB p-code of the district, or of the one that contains it: see warning.", hxl="#adm2+code"),
    Column("admin2_name", "text", "COD-AB name of that district.", hxl="#adm2+name"),
    Column("admin_level", "integer", "0 country, 1 governorate, 2 district. Levels repeat the same people: take one.", minimum=0, maximum=2, hxl="#adm+level"),
    Column("operation", "text", "Operation, as the DTM API names it.", hxl="#operation+name"),
    Column("assessment_type", "text", "BA: baseline assessment.", values=("BA", "ETT", "SA"), hxl="#assessment+type"),
    _present("population", "IDPs", "#affected+idps"),
    Column("reporting_round", "integer", "Master-list round.", minimum=1, hxl="#round+code"),
    Column("reference_period_start", "date", "Date as of which the list counts.", hxl="#date+start"),
    Column("reference_period_end", "date", "Date as of which the list counts.", hxl="#date+end"),
    Column("dataset_hdx_id", "text", "Dataset on HDX; empty until there is one.", hxl="#meta+dataset_id"),
    Column("resource_hdx_id", "text", "Resource on HDX; empty until there is one.", hxl="#meta+resource_id"),
    Column("warning", "text", "What to know of the row; several are parted by '|'.", hxl="#meta+warning"),
    Column("error", "text", "Why HAPI would leave the row out of its API: its figure is withheld or not known.", hxl="#meta+error"),
)  # fmt: skip
HAPI_KEY = (
    "provider_admin1_name",
    "provider_admin2_name",
    "assessment_type",
    "reporting_round",
    "operation",
    "reference_period_start",
)


def _api_shapes() -> list[Shape]:
    made = []
    for level, name in enumerate(_LEVEL_NAMES):
        title = f"IDPs by {name} and round in the shape of the DTM API v3, admin {level}.{_SUM}"
        made.append(
            Shape(f"dtmapi_admin{level}", title, "dtmapi", "idp", _api_columns(level), _API_KEYS[level], _API_FORMATS, level)
        )
    for level in (0, 1):
        title = f"IDPs by {_LEVEL_NAMES[level]}, governorate of origin and round in the shape of the DTM API v3, admin {level}; the same people as dtmapi_admin{level}, never added to them.{_SUM}"
        key = (*_API_KEYS[level], "idpOriginAdmin1Name")
        made.append(
            Shape(
                f"dtmapi_admin{level}_by_origin", title, "dtmapi_by_origin", "idp", _api_columns(level), key, _API_FORMATS, level
            )
        )
    for level, name in enumerate(_LEVEL_NAMES):
        title = f"Returnees by {name} and round in rows like those of the DTM API v3, admin {level}. {_NO_RETURNEES}"
        columns = _api_columns(level, "returnee")
        made.append(
            Shape(
                f"{OURS}returnees_admin{level}",
                title,
                "dtmapi",
                "returnee",
                columns,
                _API_KEYS[level],
                _API_FORMATS,
                level,
                note=_NO_RETURNEES,
            )
        )
    return made  # fmt: skip


def _hapi_shapes() -> list[Shape]:
    returnees = tuple(
        _present("population", "Returnees", "#affected+returnees+ind") if c.name == "population" else c for c in _HAPI
    )
    trap = "Extension of this release: HDX HAPI's own returnees are refugees counted by UNHCR, not DTM returnees."
    return [
        Shape("hapi_idps", "IDPs by country, governorate and district in the shape of HDX HAPI; of a year take only the latest round.", "hapi", "idp", _HAPI, HAPI_KEY, ("csv",)),
        Shape("hapi_idps_latest_round", "IDPs of the latest round in the shape of HDX HAPI.", "hapi", "idp", _HAPI, HAPI_KEY, ("csv",), latest=True),
        Shape(f"{OURS}hapi_returnees", f"Returnees in rows like those of HDX HAPI. {trap}", "hapi", "returnee", returnees, HAPI_KEY, ("csv",), note=trap),
    ]  # fmt: skip


SHAPES: dict[str, Shape] = {shape.name: shape for shape in (*_api_shapes(), *_hapi_shapes())}
