"""Which version comes next: 0.x while a round is partial, 1.0 when it is final, 1.1 and on for corrections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flows.problem import ExitCode, Problem
from flows.release.drafting import FIRST_FINAL, FIRST_PARTIAL
from transforms.release.content import Release


def next_version(name: Release, published: Iterable[str], reason: str, feedback: tuple[str, ...]) -> Release:
    """The release with its version, beside versions of its round that were published before.

    Args:
        name: the first release of the round, partial or final.
        published: versions ever published of the round in the same root; none is used again.
        reason: why there is another version.
        feedback: which feedback led to it.

    Raises:
        Problem: a correction without a reason, or a final round that is partial again.
    """
    numbers = sorted(tuple(map(int, version.split("."))) for version in published)
    final = [own for own in numbers if own[0] >= 1]
    if name.kind == "partial":
        if final:
            sentence = f"R{name.round} was released as final before, its list is partial now. Freeze the round first: dtm round freeze {name.round}."
            raise Problem(ExitCode.USAGE, sentence)
        version = f"0.{numbers[-1][1] + 1}" if numbers else FIRST_PARTIAL
        return replace(name, version=version, reason=reason, feedback=feedback)
    if not final:
        return replace(name, version=FIRST_FINAL, reason=reason, feedback=feedback)
    if not reason.strip():
        before = ".".join(map(str, final[-1]))
        raise Problem(ExitCode.USAGE, f"R{name.round} was released as v{before}: say why there is a correction: --reason TEXT.")
    version = f"{final[-1][0]}.{final[-1][1] + 1}"
    return replace(name, version=version, kind="correction", reason=reason, feedback=feedback)
