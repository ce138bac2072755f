"""The build as a Prefect flow: the steps of :mod:`flows.run`, each as one coarse task that passes paths.

The one module that imports Prefect. Only reading the files given is tried again; a broken contract is not.
"""

from __future__ import annotations

from collections.abc import Callable

from flows.settings import has_home, prepare_prefect

prepare_prefect()

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import PrefectException
from prefect.tasks import exponential_backoff

from flows.judging import Judging
from flows.manifest import Manifest
from flows.problem import ExitCode, Problem
from flows.run import Progress, Work, execute
from flows.steps import CheckReport

FLOW_NAME = "build-master-lists"
RETRIED = {"land"}
RETRIES = 2
BACKOFF_SECONDS = 2
# Words of Prefect's errors where its own server does not start, or the one in PREFECT_API_URL does not answer.
_NO_SERVER = ("ephemeral", "reach API")


def _is_reading_error(task: object, run: object, state: object) -> bool:
    """Whether a failed task is worth another try: the file system, never the content."""
    return isinstance(state.data, OSError) or isinstance(getattr(state, "exception", None), OSError)


def as_task(name: str, step: Callable, *arguments: object) -> object:
    """Run a step as a task of the current flow run."""
    options = {"name": name, "cache_policy": NO_CACHE, "persist_result": False}
    if name in RETRIED:
        options |= {
            "retries": RETRIES,
            "retry_delay_seconds": exponential_backoff(backoff_factor=BACKOFF_SECONDS),
            "retry_condition_fn": _is_reading_error,
        }
    result = task(step, **options)(*arguments)
    if isinstance(result, CheckReport):
        record(result)
    return result


def record(report: CheckReport) -> None:
    """One table artifact per suite: how many expectations ran and how many do not hold. Counts only, no rows."""
    for table, (expectations, broken) in report.tables.items():
        create_table_artifact(
            key=f"checks-{table.replace('_', '-')}",
            table=[{"table": table, "expectations": expectations, "broken": broken}],
            description=f"Checks of {table}",
        )


def run_flow(work: Work, judge: Judging, progress: Progress) -> Manifest:
    """Run the build as a flow; the parameters name the data folder and the number of sources.

    Raises:
        Problem: a step failed, or Prefect has no server to report to.
    """

    @flow(name=FLOW_NAME, persist_result=False)
    def build_master_lists(data: str, sources: int) -> Manifest:
        return execute(work, judge, progress, as_task)

    progress("start Prefect" if has_home() else "start Prefect, which takes up to a minute the first time")
    try:
        return build_master_lists(data=str(work.data), sources=len(work.wanted.sources))
    except (RuntimeError, PrefectException) as error:
        if isinstance(error, RuntimeError) and not any(words in str(error) for words in _NO_SERVER):
            raise
        sentence = f"Prefect has no server to report to ({error}). Run the same steps without it: --direct"
        raise Problem(ExitCode.STORAGE, sentence) from error
