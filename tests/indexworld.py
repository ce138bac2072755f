"""Answers to the shipped models in short: digit k is the k-th level, n not applicable, - unanswered, in the order of the model."""

from __future__ import annotations

import pyarrow as pa

from expectations.index_model import IndexModel
from expectations.index_model_file import shipped
from expectations.schema import conform, schema
from expectations.tables import TABLES
from tests import ascii, world
from transforms.index.standing import Listed, Scoring, Withdrawal, clean_tables, standing

SHA = "a" * 64


def table(name: str, rows: list[dict]) -> pa.Table:
    """Rows as a received table; what is not said is null."""
    types = pa.schema([(field.name, field.type) for field in schema(TABLES[name])])
    return conform(pa.Table.from_pylist(rows, types), TABLES[name])


def answers(text: str, model: IndexModel) -> dict[str, pa.Table]:
    """Received tables from an ASCII table with place_id and answers (and index_round, round, governorate, district,
    subdistrict, replaces where they matter)."""
    places, given, lineage = [], [], []
    for at, row in enumerate(ascii.rows(text)):
        index_round = int(row.get("index_round") or 16)
        key = {"index_round": index_round, "place_id": row["place_id"]}
        area = {name: row.get(name) for name in ("governorate", "district", "subdistrict", "location_type")}
        places.append(
            {
                **key,
                "place_number": at + 1,
                "round": int(row["round"]) if row.get("round") else None,
                **area,
                "source_sheet": "",
                "source_row": at + 2,
            }
        )
        signs = row["answers"].replace(" ", "")
        assert len(signs) == len(model.indicators), row
        for sign, indicator in zip(signs, model.indicators, strict=True):
            if sign == "-":
                continue
            answer = "not_applicable" if sign == "n" else indicator.levels[int(sign)].code
            given.append({"place_number": at + 1, "indicator": indicator.id, "answer": answer})
        lineage += [{**key, "replaced_place_id": one} for one in (row.get("replaces") or "").split()]
    names = ("received_index_place", "received_index_answer", "received_index_lineage")
    return {name: table(name, rows) for name, rows in zip(names, (places, given, lineage), strict=True)}


def scoring(text: str, model: IndexModel | str = "ri-illustrative", override: str | None = None) -> Scoring:
    """One file of answers."""
    model = shipped()[model] if isinstance(model, str) else model
    return Scoring(model, answers(text, model), SHA, "answers.csv", override)


def build(*received: Scoring | Withdrawal | Listed, lists: dict[str, pa.Table] | None = None) -> world.Built:
    """Every published table of a world with these answers, and lists from ``world.clean``."""
    clean = lists or {
        name: rows.slice(0, 0)
        for name, rows in world.clean(
            "list | population | round\n a | idp | 111", "list | place_id | households\n a | 1 | 4"
        ).items()
    }
    return world.build(clean | clean_tables(standing(received)))
