"""The direction of imports: expectations <- transforms <- flows; Prefect and Great Expectations in one module each. And packaging."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("expectations", "transforms", "flows", "sample_data")
MAY_IMPORT = {
    "expectations": {"expectations"},
    "transforms": {"expectations", "transforms"},
    "flows": {"expectations", "transforms", "flows", "sample_data"},
    "sample_data": {"expectations", "sample_data"},
}
ONLY_IN = {"prefect": "flows/round_flow.py", "great_expectations": "expectations/suite.py"}
# Pure rooms have no clock, environment, network or randomness of their own.
NOT_IN_PURE = {"os", "time", "random", "socket", "subprocess", "getpass", "urllib", "requests"}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level names of everything a module imports, at any depth of its code."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    names = imported(path)
    assert names & set(ROOMS) <= MAY_IMPORT[room]
    for library, home in ONLY_IN.items():
        assert library not in names or path.relative_to(ROOT).as_posix() == home
    if room in ("transforms", "expectations") and path.name != "suite.py":
        assert not names & NOT_IN_PURE
    assert path.name not in ("utils.py", "common.py", "misc.py", "helpers.py")


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 40


def test_every_package_is_installed() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
    }
    queries = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in (ROOT / "sql").rglob("*.sql")}
    assert found | queries <= set(declared)
    assert all((ROOT / name.replace(".", "/")).is_dir() for name in declared)
