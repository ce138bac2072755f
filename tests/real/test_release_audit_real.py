"""The disclosure audit of R120 of the reference data, as the protection withholds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pytest

from flows.published import Published
from flows.release import drafting, table_files
from flows.release.proof import prove
from transforms.release.opening import opened
from transforms.release.protection import unknown_nations

ROUND = 120


def test_the_newest_round_holds(held: Published, tmp_path: Path) -> None:
    content = drafting.content(held, ROUND, "public")
    truth = opened(held.table, content.tier, ROUND)
    newest = {
        name: rows.filter(pc.equal(rows["round"], ROUND)) if "households_status" in rows.column_names else rows
        for name, rows in truth.items()
    }
    own = {name: rows.filter(pc.equal(rows["round"], ROUND)) if name in newest and "households_status" in rows.column_names else rows
           for name, rows in content.tables.items()}  # fmt: skip
    if not pc.any(pc.equal(own["idp_master_list"]["households_status"], "suppressed")).as_py():
        pytest.skip("nothing is withheld yet")
    for table in ("master_list_change", "change_summary"):  # these need the round before
        del own[table], newest[table]
    table_files.parquet(replace(content, tables=own), tmp_path)
    found = prove(content, tmp_path, (), newest, content.tier, unknown_nations(truth, content.tier))
    assert found.holds, found.text()
    assert found.verdict.narrowest >= content.tier.threshold
