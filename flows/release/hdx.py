"""Drafts of datasets on the Humanitarian Data Exchange (HDX): public with its files, and metadata only, for data on request.

Fields and which of them are required: ``OCHA-DAP/hdx-python-api`` 367c322; terms, caveats and methodology stand as in the
DTM dataset that is on HDX already (``OCHA-DAP/hdx-scraper-iom-dtm``). Nothing is sent anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from expectations.exchange_shapes import SHAPES
from expectations.release import POLICY_FILE, ReleasePolicy
from expectations.release_tables import LISTS
from flows.problem import ExitCode, Problem
from flows.release.listing import ListedFile
from transforms.release.content import PREFIX, Content
from transforms.release.file_facts import caveats, period, rounds

REQUIRED = (
    "name", "private", "title", "notes", "dataset_source", "owner_org", "maintainer", "dataset_date", "data_update_frequency",
    "groups", "license_id", "methodology", "tags",
)  # fmt: skip
REQUIRED_ON_REQUEST = (
    "name", "title", "notes", "dataset_source", "owner_org", "maintainer", "dataset_date", "data_update_frequency", "groups", "tags",
    "field_names", "file_types", "num_of_rows",
)  # fmt: skip
REQUIRED_OF_RESOURCE = ("package_id", "name", "format", "description", "url_type", "resource_type")
# Fields that only the publisher knows, and the section of release.toml where they are set.
_SET_IN = {"license_id": "publisher", "license_other": "publisher"}
# Formats as HDX names them; a file of another format is no resource.
_FORMATS = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet", "json": "JSON", "geojson": "GeoJSON", "geoparquet": "GeoParquet"}


def draft(content: Content, policy: ReleasePolicy, files: Sequence[ListedFile]) -> dict[str, object]:
    """The dataset of a public release with a resource for each file that HDX can show.

    Raises:
        Problem: the release is not for the public, or a required field is blank; each is named with where to set it.
    """
    if content.release.tier != "public":
        sentence = f"{content.release.id} is not for the public: HDX takes the files of a public release only."
        raise Problem(ExitCode.USAGE, sentence)
    made = {"private": False, **_about(content, policy)}
    made["methodology"] = policy.hdx["methodology"]
    required: tuple[str, ...] = REQUIRED
    made["license_id"] = content.publisher.licence_id
    if content.publisher.licence_id == "hdx-other":
        made["license_other"] = content.publisher.licence and f"{content.publisher.licence} {content.publisher.credit}"
        required = (*required, "license_other")
    if made["methodology"] == "Other":
        made["methodology_other"] = policy.hdx["methodology_other"]
        required = (*required, "methodology_other")
    made["resources"] = [
        {
            "package_id": made["name"],
            "name": file.path.rpartition("/")[2],
            "format": _FORMATS[file.format],
            "description": file.title,
            "url_type": "upload",
            "resource_type": "file.upload",
            "path": file.path,
            "p_coded": _is_p_coded(content, file),
        }
        for file in sorted(files, key=lambda file: file.path)
        if file.format in _FORMATS and (file.table or file.format != "json")  # metadata is no resource
    ]
    _refuse_blank(made, required)
    for resource in made["resources"]:
        _refuse_blank(resource, REQUIRED_OF_RESOURCE)
    return made


def draft_on_request(content: Content, policy: ReleasePolicy, files: Sequence[ListedFile]) -> dict[str, object]:
    """The metadata of data that partners ask for: no file, but the fields of the lists, their formats and number of rows.

    Raises:
        Problem: the release is internal, or a required field is blank.
    """
    if content.release.tier == "internal":
        raise Problem(ExitCode.USAGE, f"{content.release.id} is internal: it is not offered on HDX, not on request either.")
    lists = [content.tables[name] for name in LISTS if name in content.tables]
    made = _about(content, policy)
    made["name"] = f"{made['name']}-on-request"
    made["title"] = f"{made['title']} (on request)"
    made["is_requestdata_type"] = True
    made["field_names"] = sorted({column for rows in lists for column in rows.column_names})
    made["file_types"] = sorted({_FORMATS[file.format] for file in files if file.format in _FORMATS})
    made["num_of_rows"] = sum(rows.num_rows for rows in lists)
    _refuse_blank(made, REQUIRED_ON_REQUEST)
    return made


def _about(content: Content, policy: ReleasePolicy) -> dict[str, object]:
    """What both kinds of dataset say. The name holds no round: a later round renews the same dataset."""
    release, said = content.release, policy.hdx
    start, end = period(content)
    first, last = rounds(content)
    notes = (
        f"Locations, households and individuals of IDPs and returnees in Iraq, round by round, R{first} to R{last} "
        f"(version {release.version}, {release.kind}). Households are counted by key informants; individuals are derived."
    )
    return {
        "name": f"{PREFIX}-master-lists",
        "title": "Iraq: IOM DTM master lists of IDPs and returnees",
        "notes": notes,
        "caveats": " ".join(caveats(content)),
        "dataset_source": said["dataset_source"],
        "owner_org": said["owner_org"],
        "maintainer": said["maintainer"],
        "dataset_date": f"[{start.isoformat()}T00:00:00 TO {end.isoformat()}T23:59:59]",
        "data_update_frequency": said["data_update_frequency"],
        "groups": [{"name": name} for name in said["groups"]],
        "tags": [{"name": name} for name in said["tags"]],
        "subnational": True,
    }


def _is_p_coded(content: Content, file: ListedFile) -> bool:
    """Whether a file holds p-codes of COD-AB."""
    if file.table in SHAPES:
        return any(column.name == "admin1_code" for column in SHAPES[file.table].columns)
    return file.table in content.tables and any(name.endswith("_pcode") for name in content.tables[file.table].column_names)


def _refuse_blank(made: dict[str, object], required: Sequence[str]) -> None:
    """Refuse what HDX would refuse: False and 0 are values, an empty text or list is none."""
    blank = [name for name in required if made.get(name) in (None, "", [], ())]
    if blank:
        where = [f"{name} (set it under [{_SET_IN.get(name, 'hdx')}] in {POLICY_FILE} of the data folder)" for name in blank]
        raise Problem(ExitCode.USAGE, f"HDX needs what is blank: {', '.join(where)}.")
