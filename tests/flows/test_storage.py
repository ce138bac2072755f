"""Files and drives that fail: one clear sentence, exit code 14, and nothing published has changed."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows import files, landing, steps
from flows.cli import main
from flows.problem import ExitCode, storage_problem
from flows.published import Published
from tests.flows.builds import build, quick, tree, write_list
from transforms import warehouse

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """IDP lists of two rounds."""
    folder = tmp_path_factory.mktemp("lists")
    return [write_list(folder, 111), write_list(folder, 112)]


@pytest.fixture
def told(capsys: pytest.CaptureFixture) -> Callable[..., str]:
    """The one sentence with which a build fails that must end with exit code 14."""

    def sentence(data: Path, *paths: Path) -> str:
        capsys.readouterr()
        code = main(["build", *map(str, paths), "--data", str(data), "--direct"])
        said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("[")]
        assert (code, len(said)) == (ExitCode.STORAGE, 1), said
        return said[0].removeprefix("dtm: ")

    return sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (errno.ENOSPC, "The disk is full: 'f' could not be written. Free some space and run the command again."),
        (errno.EDQUOT, "The disk is full: 'f' could not be written. Free some space and run the command again."),
        (errno.EIO, "The drive of 'f' is not reachable. Connect it again and repeat the command."),
        (errno.ESTALE, "The drive of 'f' is not reachable. Connect it again and repeat the command."),
        (errno.ENOTCONN, "The drive of 'f' is not reachable. Connect it again and repeat the command."),
        (errno.EACCES, "'f' cannot be opened or replaced: close it in other programs and check the permissions."),
        (errno.EROFS, "'f' cannot be opened or replaced: close it in other programs and check the permissions."),
        (errno.EBUSY, "'f' cannot be opened or replaced: close it in other programs and check the permissions."),
        (errno.ENOENT, "'f' is not there. Check the path; if it was on a network drive, connect it again."),
        (errno.ENAMETOOLONG, "'f' is too long for this system. Use a shorter path or file name."),
        (errno.ENOTDIR, "'f' is not what was expected: a file stands where a folder should be, or the other way round."),
        (errno.EMFILE, "'f': Too many open files."),
    ],
)
def test_every_kind_of_failure_has_its_sentence(error: int, sentence: str) -> None:
    problem = storage_problem(OSError(error, os.strerror(error), "f"))
    assert (str(problem), problem.code) == (sentence, ExitCode.STORAGE)


def test_a_lost_network_path_of_windows_has_its_sentence() -> None:
    error = OSError(errno.EINVAL, "The specified network name is no longer available", "f")
    error.winerror = 64
    assert "is not reachable" in str(storage_problem(error))


# --- paths ----------------------------------------------------------------------------------------


def test_a_data_folder_may_be_called_anything(lists: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = tmp_path / "بيانات النازحين 2019"
    data = folder / 'it\'s "quoted" %20 & ; $(x) {y} [z] *'
    given = Path(shutil.copy(lists[0], folder.parent / "قائمة النازحين.csv"))
    assert main(["build", str(given), "--data", str(data), "--direct"]) == ExitCode.OK
    assert main(["status", "--data", str(data)]) == ExitCode.OK
    assert "idp" in capsys.readouterr().out
    with Published(data).connect() as connection:
        assert connection.sql("select distinct source_file from source_record").fetchall() == [(given.name,)]


def test_a_data_path_that_is_a_file_or_too_long_is_told(lists: list[Path], tmp_path: Path, told: Callable[..., str]) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    assert "a file stands where a folder should be" in told(file, lists[0])
    assert "a file stands where a folder should be" in told(file / "data", lists[0])
    assert "is too long for this system" in told(tmp_path / ("x" * 300), lists[0])


# --- the files given ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (lambda path: path.unlink(), "'{path}' is not there. Check the path"),
        (
            lambda path: path.write_bytes(path.read_bytes() + b"1,"),
            "'{path}' changed while it was read. Wait until it is complete",
        ),
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "'{path}' changed while it was read. Wait until it is complete"),
    ],
)
def test_a_file_that_vanishes_or_grows_while_it_is_read_is_told(
    lists: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: Callable[..., str],
    meanwhile: Callable[[Path], None],
    sentence: str,
) -> None:
    path = Path(shutil.copy(lists[0], tmp_path / "given.csv"))
    copy = files.copy

    def late(source: Path, target: Path) -> str:
        meanwhile(source)
        return copy(source, target)

    monkeypatch.setattr(files, "copy", late)
    assert told(tmp_path / "data", path).startswith(sentence.format(path=path))
    assert tree(tmp_path / "data") == {}


class Failing:
    """A file that can be opened, and then not read."""

    def __init__(self, path: Path) -> None:
        self.handle = open(path, "rb")  # noqa: SIM115 - closed below

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *error: object) -> None:
        self.handle.close()

    def read(self, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def test_a_drive_lost_while_reading_is_told(
    lists: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Callable[..., str]
) -> None:
    monkeypatch.setattr(files, "open", lambda path, mode: Failing(path), raising=False)
    assert (
        told(tmp_path / "data", lists[0])
        == f"The drive of '{lists[0]}' is not reachable. Connect it again and repeat the command."
    )


# --- the data folder ------------------------------------------------------------------------------


@pytest.fixture
def held(lists: list[Path], tmp_path: Path) -> Path:
    """A data folder with one list."""
    build(tmp_path / "data", lists[0])
    return tmp_path / "data"


def _full(*arguments: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _corrupt(write: Callable) -> Callable:
    def cut(data: pa.Table, path: Path) -> None:
        write(data, path)
        if data.num_rows > 20:
            path.write_bytes(path.read_bytes()[:-20])

    return cut


def _raise(error: Exception) -> Callable:
    def fail(*arguments: object, **options: object) -> None:
        raise error

    return fail


def test_every_step_that_cannot_write_says_so_and_changes_nothing(
    held: Path, lists: list[Path], monkeypatch: pytest.MonkeyPatch, told: Callable[..., str]
) -> None:
    """One failure after the other on one folder: none leaves anything that the next one, or a good build, minds."""
    before = tree(held)
    full = "The disk is full: '{}' could not be written. Free some space and run the command again."
    staged = "A file of the tables cannot be written or read back: {}. Check the disk and build again."
    failures = [
        (files, "open", _raise(OSError(errno.ENOSPC, "No space left on device", "x")), full.format("x")),
        (landing, "receive", _full, full.replace("'{}'", "a file")),
        (pa, "OSFile", _full, full.format(held / "staging/clean/clean_edition.arrow")),
        (warehouse, "write", _full, full.format(held / "staging/tables/governorate/all.parquet")),
        (warehouse, "write", _corrupt(warehouse.write), "cannot be written or read back"),
        (warehouse, "build", _raise(duckdb.IOException("IO Error: spill failed\nmore")), staged.format("IO Error: spill failed")),
        (warehouse, "build", _raise(duckdb.OutOfMemoryException("Out of Memory")), "There is not enough memory."),
        (steps, "clean", _raise(MemoryError()), "There is not enough memory."),
    ]
    for owner, name, failing, sentence in failures:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failing, raising=False)
            assert sentence in told(held, lists[1])
        assert tree(held) == before
        assert not (held / "staging").exists()
    assert build(held, lists[1]).built


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A small drive of its own, mounted with the options given."""
    folder = tmp_path / "drive"
    folder.mkdir()

    def mounted(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if not sys.platform.startswith("linux") or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a drive can be mounted only by root on Linux")
        return folder

    yield mounted
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True)


@pytest.mark.parametrize("size", ["60k", "240k"])
def test_a_full_drive_is_told(drive: Callable[[str], Path], lists: list[Path], told: Callable[..., str], size: str) -> None:
    data = drive(f"size={size}") / "data"
    sentence = told(data, *lists)
    assert sentence.startswith(f"The disk is full: '{data}/staging/")
    assert tree(data) == {}


def test_a_read_only_data_folder_is_told(drive: Callable[[str], Path], lists: list[Path], told: Callable[..., str]) -> None:
    data = drive("size=4m") / "data"
    build(data, lists[0])
    before = tree(data)
    subprocess.run(["mount", "-o", "remount,ro", str(data.parent)], check=True)
    sentence = told(data, lists[1])
    assert sentence == f"'{data}/.lock' cannot be opened or replaced: close it in other programs and check the permissions."
    assert tree(data) == before
    assert main(["status", "--data", str(data)]) == ExitCode.OK
