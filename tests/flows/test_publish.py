"""Publishing: killed anywhere, the data folder is wholly old or wholly new, and the next build makes it whole."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from flows import files, judging, run, staging, steps
from flows.cli import main
from flows.landing import FOLDER as LANDING
from flows.lock import locked
from flows.manifest import Manifest
from flows.problem import ExitCode, Problem
from flows.published import Published
from tests.flows import builds, child
from tests.flows.builds import answers, build, content, quick, tables, write_list

__all__ = ["quick"]
ROOT = Path(__file__).resolve().parents[2]
SEED = 20261121
POINTS = 24


@dataclass
class World:
    """A data folder before and after a second build that adds a round, and what that build staged."""

    folder: Path
    lists: list[Path]
    before: Path
    after: Path
    staged: Path
    new: Manifest
    old_answers: dict
    new_answers: dict

    def copy(self, name: str) -> Path:
        """A data folder as after the first build."""
        return Path(shutil.copytree(self.before, self.folder / name))

    def build_again(self, data: Path) -> run.Result:
        """The second build; what its steps up to the checks made is taken from ``staged``."""

        def made(work: run.Work, *, direct: bool, progress: run.Progress) -> Manifest:
            folder = staging.start(work.data)
            steps.land(folder, work.unheld, work.names(), work.started_at, "not stated")
            shutil.copytree(self.staged / "tables", folder / "tables")
            return self.new

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "_built", made)
            return build(data, *self.lists)

    def demand_whole(self, data: Path, *, is_new: bool) -> None:
        """A reader sees one of the two states, all of it."""
        assert answers(data) == (self.new_answers if is_new else self.old_answers)

    def demand_mended(self, data: Path) -> None:
        """The next build needs no clean-up and leaves what an undisturbed one leaves."""
        self.build_again(data)
        assert tables(data) == tables(self.after)
        assert content(data) == content(self.after)
        assert {p for p in builds.tree(data) if p.startswith(LANDING)} == {
            p for p in builds.tree(self.after) if p.startswith(LANDING)
        }
        assert not (data / staging.FOLDER).exists()
        assert not list(data.rglob("*.new"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("publish")
    first, second = write_list(folder / "lists", 111), write_list(folder / "lists", 112)
    after, staged, kept = folder / "after", folder / "staged", {}
    publish = staging.publish

    def recorded(data: Path, new: Manifest) -> None:
        kept["new"] = new
        shutil.copytree(data / staging.FOLDER, staged)
        publish(data, new)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "beside", builds.quickly)
        build(after, first)
        before = Path(shutil.copytree(after, folder / "before"))
        patch.setattr(staging, "publish", recorded)
        build(after, first, second)
    new = Manifest(**{**vars(kept["new"]), "log": ()})
    yield World(folder, [first, second], before, after, staged, new, answers(before), answers(after))


def die_in_publish(world: World, data: Path, die_at: int | None, counted: Path | None = None) -> int:
    """The second build in a forked process, which dies before change number ``die_at``; returns its exit code."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            countdown = child.Countdown(die_at)
            countdown.start_with(staging, "publish")
            world.build_again(data)
            if counted:
                counted.write_text(json.dumps(countdown.seen))
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@pytest.fixture(scope="module")
def changes(world: World) -> list[str]:
    """Every change of the file system that publishing makes, in their order."""
    counted = world.folder / "changes.json"
    assert die_in_publish(world, world.copy("counted"), None, counted) == 0
    return json.loads(counted.read_text())


def points(changes: list[str]) -> list[int]:
    """Seeded points all over publishing, and every one around the commit."""
    commit = changes.index("replace .manifest.json.new") + 1
    around = range(commit - 6, commit + 4)
    other = [at for at in range(1, len(changes) + 1) if at not in around]
    return sorted([*around, *random.Random(SEED).sample(other, POINTS - len(around))])


def test_killed_at_any_change_a_reader_sees_one_state_and_the_next_build_mends(world: World, changes: list[str]) -> None:
    commit = changes.index("replace .manifest.json.new") + 1
    assert len(changes) > 100
    assert len(points(changes)) == POINTS
    for at in points(changes):
        data = world.copy(f"killed-{at}")
        assert die_in_publish(world, data, at) == child.KILLED, changes[at - 1]
        world.demand_whole(data, is_new=at > commit)
        world.demand_mended(data)
        shutil.rmtree(data)


@pytest.mark.parametrize("share", [0.3, 0.95])
def test_killed_before_publishing_nothing_has_changed(world: World, share: float) -> None:
    data = world.copy(f"early-{share}")
    before = builds.tree(data)
    told = {"paths": [str(path) for path in world.lists], "die_from": "start", "die_at": int(share * 75)}
    died = subprocess.run([sys.executable, "-m", "tests.flows.child", str(data), json.dumps(told)], cwd=ROOT, capture_output=True)
    assert died.returncode == child.KILLED, died.stderr.decode()
    assert builds.tree(data) == before
    assert (data / staging.FOLDER).exists()
    world.demand_mended(data)


def test_killed_by_the_system_at_a_random_time_no_lock_stays(world: World) -> None:
    chance = random.Random(SEED)
    told = json.dumps({"paths": [str(path) for path in world.lists]})
    for at in range(2):
        data = world.copy(f"shot-{at}")
        command = [sys.executable, "-m", "tests.flows.child", str(data), told]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as running:
            while not (data / staging.FOLDER).exists() and running.poll() is None:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 1))
            running.send_signal(signal.SIGKILL)
        assert answers(data) in (world.old_answers, world.new_answers)
        world.demand_mended(data)


def test_a_second_run_at_the_same_time_is_told_to_wait(world: World, capsys: pytest.CaptureFixture) -> None:
    data = world.copy("locked")
    with locked(data):
        assert main(["build", str(world.lists[1]), "--data", str(data), "--direct"]) == ExitCode.LOCKED
        assert main(["withdraw", "R111", "--reason", "x", "--data", str(data), "--direct"]) == ExitCode.LOCKED
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[0] == f"dtm: Another run is working on '{data}'. Wait until it has ended, then run the command again."
    world.demand_mended(data)


def test_a_reader_keeps_its_state_through_the_next_build_and_files_go_with_the_third(world: World, quick: None) -> None:
    data = world.copy("read")
    reader = Published(data)
    files = [file.path for file in reader.manifest.published_files()]
    world.build_again(data)
    assert answers(reader) == world.old_answers
    assert answers(data) == world.new_answers
    with reader.connect() as connection:
        assert connection.sql("select count(*) from location_count").fetchall() == [(24,)]
    build(data, write_list(world.folder / "lists", 113))
    kept = {file.path for held in (world.after, data) for file in Published(held).manifest.published_files()}
    gone = [path for path in files if path not in kept]
    assert gone
    assert not [path for path in gone if (data / path).exists()]
    assert set(tables(data)) == kept


@pytest.mark.parametrize("target", ["manifest.previous.json", "manifest.json", "tables"])
def test_a_target_that_cannot_be_replaced_leaves_the_old_state(
    world: World, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """As on Windows, where a file that another program holds open cannot be replaced."""
    data = world.copy(f"held-{target}")
    before = builds.tree(data)
    replace = os.replace

    def refused(source: Path, path: Path) -> None:
        if target in Path(path).parts:
            raise PermissionError(13, "Permission denied", str(source), None, str(path))
        replace(source, path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refused)
        with pytest.raises(PermissionError):
            world.build_again(data)
    assert builds.tree(data) | {"manifest.previous.json": ""} == before | {"manifest.previous.json": ""}
    world.demand_whole(data, is_new=False)
    world.demand_mended(data)


@pytest.mark.parametrize("fault", ["flush", "manifest"])
def test_a_drive_that_fails_while_publishing_leaves_the_old_state(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    data = world.copy(f"fault-{fault}")
    before = builds.tree(data)

    def lost(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    def full(path: Path, mode: str = "r") -> IO:
        if Path(path).name.startswith(".manifest"):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return open(path, mode)

    with monkeypatch.context() as patch:
        if fault == "flush":
            patch.setattr(os, "fsync", lost)
        else:
            patch.setattr(files, "open", full, raising=False)
        with pytest.raises(OSError, match=r"Input/output error|No space left"):
            world.build_again(data)
    assert builds.tree(data) == before
    world.demand_mended(data)


def test_what_cannot_be_swept_stays_without_a_word(world: World, monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    data = world.copy("unswept")
    world.build_again(data)

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refused)
        build(data, write_list(world.folder / "lists", 113))
    assert set(tables(world.before)) <= set(tables(data))
    staging.sweep(data)
    assert not set(tables(world.before)) <= set(tables(data))


def test_withdrawing_from_a_folder_without_lists_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Nothing is published"):
        run.withdraw(tmp_path / "none", lambda current: current, {}, direct=True, progress=print)
    assert not (tmp_path / "none").exists()
