"""Write a release of a data folder for the compatibility tests: ``python -m tests.compat.release_folder DATA FOLDER``.

Runs in the environment of the project. The content holds withheld figures and hostile names, as a release may.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from flows.published import Published
from flows.release import writers
from tests.withheld import content


def write(data: Path, folder: Path) -> None:
    """A public release of the sample's last round."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    writers.write(content(Published(data)), folder, ())


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
