"""A build in a process of its own, which may be told to die: ``python -m tests.flows.child DATA JSON``.

JSON: ``paths`` to build; ``threads`` of DuckDB and Arrow; ``die_at`` the n-th change of the file system, before
which the process ends as if killed, counted from the step ``die_from``. Prints what came out as JSON.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.flows import builds

CHANGES = ("replace", "rename", "fsync", "unlink", "rmdir", "mkdir")
KILLED = 9


class Countdown:
    """Counts changes of the file system once started; at number ``die_at`` the process ends without a word."""

    def __init__(self, die_at: int | None) -> None:
        self.die_at, self.is_counting = die_at, False
        self.seen: list[str] = []
        for name in CHANGES:
            setattr(os, name, self._counted(name, getattr(os, name), lambda *a, **k: True))
        builtins.open = self._counted("open", builtins.open, _is_for_writing)

    def _counted(self, name: str, call: Callable, is_change: Callable) -> Callable:
        def counted(*arguments: object, **options: object) -> object:
            if self.is_counting and is_change(*arguments, **options):
                self.seen.append(f"{name} {Path(str(arguments[0])).name}")
                if len(self.seen) == self.die_at:
                    os._exit(KILLED)
            return call(*arguments, **options)

        return counted

    def start_with(self, owner: object, step: str) -> None:
        """Start counting when ``owner.step`` is called."""
        call = getattr(owner, step)

        def started(*arguments: object, **options: object) -> object:
            self.is_counting = True
            return call(*arguments, **options)

        setattr(owner, step, started)


def _is_for_writing(path: object, mode: str = "r", *more: object, **options: object) -> bool:
    return bool(set("wax+") & set(mode))


def main(data: str, told: str) -> None:
    """Build as told."""
    order = json.loads(told)
    import pyarrow as pa

    from flows import judging, staging
    from transforms import warehouse

    judging.beside = builds.quickly
    countdown = Countdown(order.get("die_at"))
    countdown.start_with(staging, order.get("die_from", "publish"))
    if "threads" in order:
        pa.set_cpu_count(order["threads"])
        connect = warehouse.connect

        def connected(*arguments: object, **options: object) -> object:
            connection = connect(*arguments, **options)
            connection.execute(f"set threads = {order['threads']}")
            return connection

        warehouse.connect = connected
    result = builds.build(Path(data), *map(Path, order["paths"]))
    print(json.dumps({"built": result.built, "changes": countdown.seen}))


if __name__ == "__main__":
    main(*sys.argv[1:])
