"""Personal data stops at landing: every file that a round leaves elsewhere is decoded and searched for planted people."""

from __future__ import annotations

import io
import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows import judging
from flows.cli import main
from flows.problem import ExitCode
from flows.published import Published
from tests.flows.builds import quickly
from tests.flows.rounds import decide_all
from tests.flows.test_round import FIELD, SAMPLE

NAME_LATIN, NAME_ARABIC = "Zubayda Al-Planted", "زبيدة المزروعة"
NUMBERS = ("07709998877", "+964 770 999 8877", "٠٧٧٠٩٩٩٨٨٧٧", "+٩٦٤ ٧٧٠ ٩٩٩ ٨٨٧٧")
DIGITS = "7709998877"
DEVICE, ACCOUNT, POSITION = "device-zz-1234567890", "enumerator.zubayda", "36.123456 43.654321 210 5"


def planted_pages(folder: Path) -> list[Path]:
    """The sample's pages with people planted in every place where a tool or a person may leave them."""
    pages = []
    for number in (1, 2):
        page = json.loads((FIELD / "kobo_json" / f"page-{number}.json").read_bytes())
        for at, row in enumerate(page["results"]):
            if row.get("consent") != "yes":
                continue
            row["informant/ki_name"] = (NAME_LATIN, NAME_ARABIC)[at % 2]
            row["informant/ki_position"] = f"mukhtar, cousin of {NAME_LATIN}"
            row["informant/ki_contact"] = NUMBERS[at % len(NUMBERS)] if at % 3 else row.get("informant/ki_contact")
            row["remarks/comment"] = f"Call {NAME_ARABIC} {NUMBERS[at % len(NUMBERS)]}"
            row["deviceid"], row["username"], row["_submitted_by"] = DEVICE, ACCOUNT, ACCOUNT
            row["place/interview_gps"] = POSITION
            row["_notes"] = [f"seen {NAME_LATIN}"]
            row["unknown/question"] = f"{NAME_LATIN} {NUMBERS[0]}"
            row["_attachments"] = [{"filename": f"{ACCOUNT}/{NAME_LATIN}.jpg"}]
            if int(row.get("shelter/shelter_other", 0) or 0):
                row["shelter/shelter_other_text"] = f"with {NAME_LATIN}, {NUMBERS[1]}"
            if at == 5:
                row["access/update_status"] = NAME_LATIN  # a name where a code is expected
            if at == 6:
                row["visit/team"] = NUMBERS[0] + NAME_LATIN
            if at == 7:
                row["place/location_name_en"] = f"House of {NUMBERS[2]}"
        path = folder / f"{NAME_LATIN} {NUMBERS[0]} page-{number}.json"
        path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
        pages.append(path)
    return pages


def decoded(path: Path) -> Iterator[str]:
    """The texts of a file: of tables every cell, of archives every member, of anything else its bytes."""
    yield path.name
    if path.suffix == ".parquet":
        file = pq.ParquetFile(path)
        yield repr(file.schema_arrow.metadata) + repr(file.metadata.metadata)
        for column in file.read().columns:
            yield "\n".join(str(value) for value in column.unique().to_pylist())
        return
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield archive.read(name).decode("utf-8", "replace")
        return
    yield content.decode("utf-8", "replace")


def people_in(text: str) -> set[str]:
    """Which of the planted people a text tells, in any script, spelling of numbers, or JSON escape."""
    try:
        plain = text + (json.loads(f'"{text}"') if "\\u" in text and '"' not in text and "\n" not in text else "")
    except ValueError:
        plain = text
    plain = unicodedata.normalize("NFKC", plain)
    digits = re.sub(r"[\s+().-]", "", "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in plain))
    words = (NAME_LATIN, "Zubayda", NAME_ARABIC, "زبيدة", DEVICE, ACCOUNT, "36.123456")
    return {word for word in words if word in plain} | ({DIGITS} if DIGITS in digits else set())


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for text in (*NUMBERS, NAME_LATIN, NAME_ARABIC, ACCOUNT, f"x {NUMBERS[3]} y"):
        assert people_in(text)
    assert not people_in("Zakho 1234567 36.12 43.65")
    pages = planted_pages(tmp_path)
    assert all(people_in(text) for page in pages for text in [page.read_text(encoding="utf-8"), page.name])


def test_nobody_is_found_outside_landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(judging, "beside", quickly)
    data, out = tmp_path / "data", tmp_path / "out"
    out.mkdir()

    def did(*words: object) -> None:
        assert main([*map(str, words), "--data", str(data)]) == ExitCode.OK

    did("build", SAMPLE / "lists", "--direct", "--accept-exceptions", "planted")
    did("round", "open", 121)
    (tmp_path / "in").mkdir()
    capfd.readouterr()
    did("round", "receive", 121, *planted_pages(tmp_path / "in"))
    capfd.readouterr()  # says to the person who gave the files how they are called
    did("compare", 121, FIELD / "camp_list.csv", "--source", "cccm")
    did("round", "status", 121, "--html", out / "board.html")
    did("review", "export", 121, "-o", out / "queue.xlsx")
    did("review", "queries", 121, "--team", "T01", "-o", out / "team.xlsx")
    decide_all(out / "queue.xlsx")
    did("review", "apply", out / "queue.xlsx")
    did("round", "freeze", 121, "--date", "2021-05-05")
    did("round", "close", 121)
    did("build", "--direct")
    did("export", "idp_master_list", "--round", 121, "--format", "xlsx", "-o", out / "idp.xlsx")
    did("export", "submission", "--format", "csv", "-o", out / "submission.csv")
    did("form", "master-list", "--round", 121, "-o", out / "form.xlsx")
    said = capfd.readouterr()
    produced = [
        path
        for path in (*data.rglob("*"), *out.rglob("*"))
        if path.is_file() and "landing" not in path.relative_to(tmp_path).parts
    ]
    assert len(produced) > 70
    found = {
        path.relative_to(tmp_path).as_posix(): people
        for path in produced
        for text in decoded(path)
        if (people := people_in(text))
    }
    assert found == {}
    assert people_in(said.out + said.err) == set()
    kept = Published(data).table("submission").to_pylist()
    assert sum(row["ki_id"] is not None for row in kept) > 100
    shutil.rmtree(data)
