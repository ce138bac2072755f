"""Whether the figures in the files of a release are those of its tables: a figure withheld there must not stand elsewhere.

``tables/*.parquet`` are what the audit judges. Every other file is compared with them by a declared :class:`Reading`, or declared to
hold no figures; a file of neither kind is a failure. To add a file: put a reading into :data:`READINGS` (first match counts),
whose query gives population, round, area, part, measure and value of each figure of ``file`` (all columns are text), in
the words of the view ``figure`` that :func:`_figures` makes: area is '' for the country, a governorate, 'governorate > district' or a
place_id; part is '' or a category as in ``origin_anbar``; measure is a column of a table. An empty value is always allowed.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from expectations import codes
from expectations.columns import COLUMN_PREFIX, COLUMNS, POPULATIONS, breakdown_categories
from flows import export
from flows.problem import ExitCode, Problem
from flows.release import table_files
from transforms import warehouse
from transforms.headers import BREAKDOWN_KINDS
from transforms.readers.sheet import spelling

_EXAMPLES = 5


@dataclass(frozen=True)
class Reading:
    """How the figures of files are read. ``pattern``: of paths below the folder; ``query``: from the columns and the path of a file."""

    pattern: str
    query: Callable[[tuple[str, ...], str], str]


# Hold no figures of the lists: names, descriptions, and files that are only ever made of the tables' own rows.
NO_FIGURES = (
    "places/location_register.csv", "places/header_crosswalk.csv", "places/names.csv", "*README*", "CITATION.cff", "SHA256SUMS", "release.json", "*.content-sha256",
    "datapackage.json", "dcat.jsonld", "catalog.json", "*.sql",
)  # fmt: skip
# Made from the content by writers whose own tests look at each figure; their bytes are not read here.
FROM_CONTENT = ("*.html", "*.md", "*.pdf", "*.svg", "*.png", "*.duckdb", "*.css", "*.js")


def compared(folder: Path) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Compare every file of a version with its tables.

    Returns:
        path -> how it was compared; files made from the content that are not read; what is wrong, as sentences.

    Raises:
        Problem: a table cannot be read.
    """
    done: dict[str, str] = {}
    unread, wrong = [], []
    with warehouse.connect() as connection:
        _figures(connection, folder)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            if fnmatch.fnmatch(name, f"{table_files.FOLDER}/*.parquet"):
                continue
            if fnmatch.fnmatch(name, f"{table_files.CSV_FOLDER}/*.csv"):
                done[name] = "table as CSV"
                wrong += _twin(folder, path, name)
                continue
            reading = next((one for one in READINGS if fnmatch.fnmatch(name, one.pattern)), None)
            if reading:
                done[name] = "other shape"
                wrong += _read(connection, reading, path, name)
            elif any(fnmatch.fnmatch(name, pattern) for pattern in NO_FIGURES):
                done[name] = "without figures"
            elif any(fnmatch.fnmatch(name, pattern) for pattern in FROM_CONTENT):
                unread.append(name)
            else:
                wrong.append(f"{name}: nothing says how its figures are read")
    return done, tuple(unread), tuple(wrong)


def _twin(folder: Path, path: Path, name: str) -> list[str]:
    """A CSV file cell by cell beside the Parquet file of the same table."""
    twin = folder / table_files.FOLDER / f"{path.stem}.parquet"
    if not twin.exists():
        return [f"{name}: there is no table {path.stem}"]
    rows = _parquet(twin)
    types = {field.name: field.type for field in rows.schema}
    options = pacsv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    try:
        told = pacsv.read_csv(path, parse_options=pacsv.ParseOptions(newlines_in_values=True), convert_options=options)
    except pa.ArrowInvalid as error:
        return [f"{name}: cannot be read as its table: {str(error).splitlines()[0]}"]
    if told.column_names != rows.column_names or told.num_rows != rows.num_rows:
        return [
            f"{name}: {told.num_rows:,} rows of {told.num_columns} columns; the table has {rows.num_rows:,} of {rows.num_columns}, or others"
        ]
    wrong = []
    for field in rows.schema:
        own, other = rows[field.name], told[field.name]
        if pa.types.is_string(field.type):  # as CSV writes texts: formulas defused, an empty text like none
            own = export.defused(pa.table({field.name: own}))[field.name]
            own, other = pc.fill_null(own, ""), pc.fill_null(other, "")
        differs = pc.or_(pc.fill_null(pc.not_equal(own, other), False), pc.xor(pc.is_null(own), pc.is_null(other)))
        count = pc.sum(differs.cast(pa.int64())).as_py() or 0
        if count:
            first = pc.index(differs, True).as_py()
            wrong.append(f"{name}: column {field.name} differs from the table in {count:,} rows, first in row {first + 1}")
    return wrong


def _parquet(path: Path) -> pa.Table:
    try:
        return pq.read_table(path).replace_schema_metadata(None)
    except (pa.ArrowInvalid, OSError) as error:
        raise Problem(ExitCode.DATA_FOLDER, f"'{path}' cannot be read as Parquet: {error}") from None


def _read(connection: duckdb.DuckDBPyConnection, reading: Reading, path: Path, name: str) -> list[str]:
    """The figures of a file beside those of the tables."""
    try:
        rows = _texts(path)
    except (pa.ArrowInvalid, ValueError, KeyError) as error:
        return [f"{name}: cannot be read: {str(error).splitlines()[0]}"]
    connection.register("file", rows)
    asked = reading.query(tuple(rows.column_names), path.name)
    found = connection.execute(f"""
        with told as (from ({asked}))
        select t.population, t.round, t.area, t.part, t.measure, t.value, k.own
        from told t left join known k using (population, round, area, part, measure)
        where t.value is not null and t.value <> '' and not coalesce(list_contains(k.own, try_cast(t.value as double)), false)
        order by all""").fetchall()
    connection.unregister("file")
    said = [
        f"{name}: {population} R{number} {area or 'Iraq'} {part} {measure}".rstrip() + f" is {value}, {_instead(own)}"
        for population, number, area, part, measure, value, own in found[:_EXAMPLES]
    ]
    return said + ([f"{name}: and {len(found) - _EXAMPLES:,} more"] if len(found) > _EXAMPLES else [])


def _instead(own: list[float | None] | None) -> str:
    if own is None:
        return "which no table has"
    given = [f"{value:,.0f}" for value in own if value is not None]
    return f"the table says {' or '.join(given)}" if given else "the table withholds it"


def _texts(path: Path) -> pa.Table:
    """A file as a table of texts."""
    match path.suffix:
        case ".csv":
            names = pacsv.open_csv(path).schema.names
            options = pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            )
            return pacsv.read_csv(path, parse_options=pacsv.ParseOptions(newlines_in_values=True), convert_options=options)
        case ".parquet":
            rows = _parquet(path)
            plain = [
                field.name for field in rows.schema if not (pa.types.is_nested(field.type) or pa.types.is_binary(field.type))
            ]
            return pa.table({name: rows[name].cast(pa.string()) for name in plain})
        case ".json":
            return _of_objects(json.loads(path.read_text(encoding="utf-8"))["result"])
        case ".geojson":
            return _of_objects([one["properties"] for one in json.loads(path.read_text(encoding="utf-8"))["features"]])
        case ".xlsx":
            head, *lines = CalamineWorkbook.from_path(path).get_sheet_by_name("Data").to_python()
            return _of_objects([dict(zip(head, line, strict=True)) for line in lines])
    raise ValueError(f"a file of the kind '{path.suffix}' cannot be read")


def _of_objects(rows: list[dict]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names})


def _text(value: object) -> str | None:
    return (
        None
        if value is None or value == ""
        else f"{value:g}"
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e6
        else str(value)
    )


def _figures(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Register the tables, and ``known``: the figures of the tables by what they are of."""
    tables = {}
    for path in sorted((folder / table_files.FOLDER).glob("*.parquet")):
        tables[path.stem] = _parquet(path)
        connection.register(path.stem, tables[path.stem])
    parts = []
    for population in POPULATIONS:
        name = f"{population}_master_list"
        if name not in tables:
            continue
        margins = {column for _, _, column in breakdown_categories(population)}
        for column in tables[name].column_names:
            if column in margins:
                parts.append(
                    f"select '{population}', round, place_id, '{column}', 'households', cast({column} as double) from {name}"
                )
            elif column in ("households", "households_in_camp", "individuals", "individuals_in_camp"):
                parts.append(f"select '{population}', round, place_id, '', '{column}', cast({column} as double) from {name}")
    for table, area in (
        ("national_summary", "''"), ("governorate_summary", "governorate"), ("district_summary", "governorate || ' > ' || district"),
    ):  # fmt: skip
        for column in ("households", "individuals"):
            if table in tables and column in tables[table].column_names:
                parts.append(f"select population, round, {area}, '', '{column}', cast({column} as double) from {table}")
    if "idp_origin_to_displacement" in tables and "governorate" in tables:
        origin = "(select 'origin_' || governorate_code from governorate g where g.governorate = o.origin_governorate)"
        parts.append(
            f"select 'idp', round, governorate, {origin}, 'individuals', cast(individuals as double) from idp_origin_to_displacement o"
        )
        whole = "case when count(*) = count(individuals) then sum(individuals) end"
        parts.append(
            f"select 'idp', round, '', {origin}, 'individuals', cast({whole} as double) from idp_origin_to_displacement o group by round, origin_governorate"
        )
    if "master_list_change" in tables:
        for column in ("households", "previous_households", "households_change"):
            parts.append(
                f"select population, round, place_id, 'change', '{column}', cast({column} as double) from master_list_change"
            )
        parts.append(
            "select population, round, place_id, 'change', 'change_share', round(100 * change_share, 6) from master_list_change"
        )
    empty = "select '' as population, 0 as round, '' as area, '' as part, '' as measure, 0.0 as value where false"
    # once for all files: there are some million figures
    connection.execute(f"""
        create table known as
        select population, round, area, part, measure, list(value) as own from ({" union all ".join([empty, *parts])}) group by all""")


# ---- readings


def _wide_list(columns: tuple[str, ...], name: str) -> str:
    """The list of a round with the columns of the table: workbook, CSV with a row of tags. The name says population and round."""
    population = _population(name)
    margins = {column for _, _, column in breakdown_categories(population)}
    parts = [
        _part(
            f"'{population}'",
            "try_cast(round as bigint)",
            "place_id",
            column if column in margins else "",
            "households" if column in margins else column,
            column,
        )
        for column in columns
        if column in margins or column in ("households", "households_in_camp", "individuals", "individuals_in_camp")
    ]
    return _any_of(parts, "place_id not like '#%'")


def _classic(columns: tuple[str, ...], name: str) -> str:
    """The list under the headers of the portal, by the crosswalk of headers; ``_r120_`` in the name says the round."""
    population = _population(name)
    known = codes.headers(population)
    found = re.search(r"_r(\d+)_", name)
    number = str(int(found[1])) if found else "-1"
    told = {column: known.get(spelling(column), ("", column)) for column in columns}
    meant = {column: _meant(own) for column, own in told.items()}
    place = next((column for column, name in meant.items() if name == "place_id"), "place_id")
    margins = {column for _, _, column in breakdown_categories(population)}
    parts = []
    for column, name in meant.items():
        if name not in COLUMNS and told[column][0] != "identifier":
            said = column.replace("'", "''")
            parts.append(
                f"select '{population}', {number}, 'under a header that nobody knows', '', '{said}', '?' from file limit 1"
            )
        elif name in margins:
            parts.append(_part(f"'{population}'", number, place, name, "households", column))
        elif name in ("households", "individuals"):
            parts.append(_part(f"'{population}'", number, place, "", name, column))
    return _any_of(parts)


def _meant(found: tuple[str, str]) -> str:
    """The column of the list behind a known header; individuals are those derived."""
    kind, name = found
    if kind in BREAKDOWN_KINDS:
        return COLUMN_PREFIX[BREAKDOWN_KINDS[kind]] + name
    return "individuals" if name == "individuals_as_provided" else name


def _places(columns: tuple[str, ...], name: str) -> str:
    """One row per location of the round, households of both populations. The newest round of the tables is meant."""
    newest = "(select max(round) from list_edition)"
    parts = [
        _part(f"'{one}'", newest, "place_id", "", "households", f"{one}_households")
        for one in POPULATIONS
        if f"{one}_households" in columns
    ]
    return _any_of(parts)


def _series(columns: tuple[str, ...], name: str) -> str:
    """The series of locations: the list's households, and those of the table of changes, where a place may be absent (0)."""
    first = "round = (select min(f.round) from list_edition f where f.population = file.population)"
    number = "try_cast(round as bigint)"
    parts = [_part("population", number, "place_id", "", "households", "households", first)]
    for column, measure in (
        ("households", "households"),
        ("previous_households", "previous_households"),
        ("delta", "households_change"),
    ):
        if column in columns:
            parts.append(_part("population", number, "place_id", "change", measure, column, f"not {first}"))
    if "delta_pct" in columns:
        share = "cast(round(try_cast(delta_pct as double), 6) as varchar)"
        parts.append(f"select population, {number}, place_id, 'change', 'change_share', {share} from file where not {first}")
    return _any_of(parts)


def _api(columns: tuple[str, ...], name: str) -> str:
    """The shape of the DTM API: people by country, COD-AB governorate and district, and governorate of origin."""
    population = "returnee" if "returnee" in name else "idp"
    value = "numPresentReturneeInd" if population == "returnee" else "numPresentIdpInd"
    area = "''"
    if "admin1Name" in columns:
        area = "g.governorate"
    if "admin2Name" in columns:
        area = "g.governorate || ' > ' || d.district"
    join = 'left join governorate g on g.cod_name_en = f."admin1Name" ' if "admin1Name" in columns else ""
    if "admin2Name" in columns:
        named = "case when d.district_pcode_match = 'name' then d.cod_name_en else d.district end"
        join += f'left join district d on d.governorate = g.governorate and {named} = f."admin2Name"'
    part = "''"
    if "idpOriginAdmin1Name" in columns:
        part = """coalesce((select 'origin_' || o.governorate_code from governorate o where o.cod_name_en = nullif(f."idpOriginAdmin1Name", 'Not available')), '')"""
    return f"""select '{population}' as population, try_cast(f."roundNumber" as bigint) as round, coalesce({area}, '?') as area, {part} as part,
        'individuals' as measure, f."{value}" as value from file f {join}"""


def _hapi(columns: tuple[str, ...], name: str) -> str:
    """The shape of HDX HAPI: people by the provider's governorate and district."""
    population = "returnee" if "returnee" in name else "idp"
    return f"""select '{population}' as population, try_cast(reporting_round as bigint) as round,
        case when coalesce(provider_admin1_name, '') = '' then '' when coalesce(provider_admin2_name, '') = '' then provider_admin1_name
            else provider_admin1_name || ' > ' || provider_admin2_name end as area,
        '' as part, 'individuals' as measure, population as value from file"""


def _population(name: str) -> str:
    return next((one for one in POPULATIONS if f"_{one}_" in name), POPULATIONS[0])


def _part(population: str, number: str, area: str, part: str, measure: str, column: str, where: str = "true") -> str:
    return f"""select {population} as population, {number} as round, "{area}" as area, '{part}' as part, '{measure}' as measure, "{column}" as value
        from file where {where}"""


def _any_of(parts: list[str], where: str = "true") -> str:
    """All parts; a reading that finds no figures at all is wrong, so one that cannot exist stands for it."""
    if not parts:
        return "select '' as population, 0 as round, 'no figures found where some were expected' as area, '' as part, '' as measure, '?' as value"
    return " union all ".join(
        f"select * from ({part.replace(' from file', f' from (select * from file where {where}) file')})" for part in parts
    )


READINGS = (
    Reading("lists/*_classic.csv", _classic),
    Reading("lists/*_hxl.csv", _wide_list),
    Reading("lists/*.xlsx", _wide_list),
    Reading("places/locations.*", _places),
    Reading("places/location_series.*", _series),
    Reading("shapes/dtmapi_*", _api),
    Reading("shapes/ours_returnees_*", _api),
    Reading("shapes/hapi_*", _hapi),
    Reading("shapes/ours_hapi_*", _hapi),
)
