"""Write the derived files of the repository again: the data dictionary and the suites."""

from __future__ import annotations

from pathlib import Path

from expectations import dictionary, suite

ROOT = Path(__file__).resolve().parent.parent


def derived() -> dict[Path, str]:
    """Path -> content of every derived file."""
    files = {ROOT / dictionary.FILE_NAME: dictionary.render()}
    return files | {suite.FOLDER / name: content for name, content in suite.generated().items()}


def main() -> None:
    """Write what is stale and remove suites without a table."""
    wanted = derived()
    for path in suite.FOLDER.glob("*.json"):
        if path not in wanted:
            path.unlink()
    for path, content in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
