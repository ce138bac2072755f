"""What can go wrong, one exit code per class, each told in one clear sentence."""

from __future__ import annotations

import errno
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of ``dtm``; stable, for schedulers."""

    OK = 0
    USAGE = 2
    SOURCE_REFUSED = 10
    CONTRACT_BROKEN = 11
    NO_LONGER_APPLIES = 12
    LOCKED = 13
    STORAGE = 14
    DATA_FOLDER = 15
    QUERY_REFUSED = 16
    FIGURES_DIFFER = 17
    UNEXPECTED = 20
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "done, or nothing to do",
    ExitCode.USAGE: "the command's words are off",
    ExitCode.SOURCE_REFUSED: "a source file cannot be taken",
    ExitCode.CONTRACT_BROKEN: "a table breaks its contract; nothing was published",
    ExitCode.NO_LONGER_APPLIES: "a recorded cause or exception no longer applies",
    ExitCode.LOCKED: "another run is working on this data folder",
    ExitCode.STORAGE: "a file or drive cannot be written or read",
    ExitCode.DATA_FOLDER: "no data folder, an older or newer one, or a damaged one",
    ExitCode.QUERY_REFUSED: "the query is wrong, not allowed, or took too long",
    ExitCode.FIGURES_DIFFER: "figures differ without a known cause",
    ExitCode.UNEXPECTED: "an error of the program",
    ExitCode.INTERRUPTED: "stopped by the user",
}


class Problem(Exception):
    """A foreseen failure: the sentence for a person, further lines, the exit code."""

    def __init__(self, code: ExitCode, sentence: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.code, self.lines = code, lines


# Errors of Windows without a counterpart of their own: the network name, path or connection is gone.
_LOST_WINDOWS = {53, 55, 59, 64, 67, 121, 1231}
_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LOST = {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT}
_DENIED = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.EROFS, errno.ETXTBSY}


def storage_problem(error: OSError) -> Problem:
    """An error of the operating system as one clear sentence."""
    where = f"'{error.filename2 or error.filename}'" if error.filename else "a file"
    if error.errno in _SPACE:
        said = f"The disk is full: {where} could not be written. Free some space and run the command again."
    elif error.errno in _LOST or getattr(error, "winerror", None) in _LOST_WINDOWS:
        said = f"The drive of {where} is not reachable. Connect it again and repeat the command."
    elif error.errno in _DENIED:
        said = f"{where} cannot be opened or replaced: close it in other programs and check the permissions."
    elif isinstance(error, FileNotFoundError):
        said = f"{where} is not there. Check the path; if it was on a network drive, connect it again."
    elif isinstance(error, (IsADirectoryError, NotADirectoryError, FileExistsError)):
        said = f"{where} is not what was expected: a file stands where a folder should be, or the other way round."
    elif error.errno == errno.ENAMETOOLONG:
        said = f"{where} is too long for this system. Use a shorter path or file name."
    else:
        said = f"{where}: {error.strerror or error}."
    return Problem(ExitCode.STORAGE, said)
