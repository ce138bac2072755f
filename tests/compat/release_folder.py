"""Write a release of a data folder for the compatibility tests: ``python -m tests.compat.release_folder DATA FOLDER``.

Runs in the environment of the project. The content holds withheld figures and hostile names, as a release may.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from flows.published import Published
from flows.release import metadata, query_files, shape_files, table_files, writing
from tests.withheld import content

WRITERS = (table_files.parquet, table_files.csv, shape_files.write, query_files.views, query_files.database)


def write(data: Path, folder: Path) -> None:
    """A public release of the sample's last round."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    made = content(Published(data))
    metadata.write(made, folder, writing.write(made, folder, WRITERS))


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
