"""The flows of Prefect: a build, a whole round, the hourly fetching of submissions, the indices after a round, and emergency
events, each on its own cadence. And serving them on their schedules.

The one module that imports Prefect. Every step is one coarse task that passes paths. Only what may pass by itself (a
network, a drive) is tried again; a broken contract is not.

Prefect keeps a database of its own, so what was received must not get there: parameters are the data folder and the number
of a round, and of a failure in a served flow only the class is told, because a sentence may quote what was received.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path

from flows.settings import has_home, prepare_prefect

prepare_prefect()

from httpx import HTTPError
from prefect import Flow, State, flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.sorting import DeploymentSort
from prefect.context import FlowRunContext
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.runner import Runner
from prefect.schedules import Cron, Schedule
from prefect.server.schemas.schedules import CronSchedule
from prefect.states import Completed
from prefect.tasks import exponential_backoff

from expectations.index import INDICES, Index
from expectations.policy import ZONE
from flows import run
from flows.emergency import inbox as deliveries
from flows.field import pulling, receiving, rounds_file
from flows.index import inbox
from flows.judging import Judging
from flows.manifest import Manifest
from flows.problem import MEANINGS, ExitCode, Problem, storage_problem
from flows.run import Progress, Work, execute, today
from flows.sources import Order
from flows.steps import CheckReport

FLOW_NAME = "build-master-lists"
DEPLOYMENT = "dtm-iraq"
_EVENT = "event-"  # deployments of emergency events bear their ids
_READ_MAXIMUM = 200  # what a Prefect server gives at most at once
EVENTS_POLL_SECONDS = 10  # until an event that was opened or closed is seen
RETRIED = {"fetch", "land"}
RETRIES = 2
BACKOFF_SECONDS = 2
# For another run on the same data folder, such as the hourly one while a round begins.
LOCK_SECONDS = 900
LOCK_POLL_SECONDS = 2
# Words of Prefect's errors where its own server does not start, or the one in PREFECT_API_URL does not answer.
_NO_SERVER = ("ephemeral", "reach API")
_NOTHING_TO_SERVE_FOR = (
    "PREFECT_API_URL names no Prefect server that answers. Start one with `prefect server start`, then serve again."
)


def _may_pass(task: object, run: object, state: object) -> bool:
    """Whether a failed task is worth another try: the file system or the network, never the content."""
    error = state.data if isinstance(state.data, BaseException) else getattr(state, "exception", None)
    return isinstance(error, OSError) or (isinstance(error, Problem) and error.code == ExitCode.STORAGE)


def as_task(name: str, step: Callable, *arguments: object) -> object:
    """Run a step as a task of the current flow run."""
    options = {"name": name, "cache_policy": NO_CACHE, "persist_result": False}
    if name in RETRIED:
        options |= {
            "retries": RETRIES,
            "retry_delay_seconds": exponential_backoff(backoff_factor=BACKOFF_SECONDS),
            "retry_condition_fn": _may_pass,
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

    Within a run of another flow, the steps are tasks of that one.

    Raises:
        Problem: a step failed, or Prefect has no server to report to.
    """
    if FlowRunContext.get():
        return execute(work, judge, progress, _as_discreet_task)

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


# --- served flows -----------------------------------------------------------------------------------------


def _say(flow: Flow, flow_run: object, state: State) -> None:
    """Tell whoever watches the service; Prefect itself is kept quiet."""
    print(f"{flow.name}: {state.message}", file=sys.stderr, flush=True)


@flow(name="run-round", persist_result=False, on_completion=[_say], on_failure=[_say])
def run_round(data: str, round_number: int | None = None) -> State:
    """Fetch what was collected, of one round or of all that are open, then build, check and publish every table."""
    folder = Path(data)
    pulling.demand_held(folder)
    rounds = _discreet(pulling.with_form, "dtm round status")(folder, round_number)
    said = [_received(folder, found.number) for found in rounds]
    build = _discreet(_when_free(run.build), "dtm build")
    result = build(folder, Order(), direct=False, progress=lambda text: None, call=_as_discreet_task)
    tables = f"{len(result.manifest.tables)} tables"
    said.append(f"Published {tables}." if result.built else f"Nothing new to build; {tables} are intact.")
    return Completed(message=" ".join(said))


@flow(name="pull-submissions", persist_result=False, on_completion=[_say], on_failure=[_say])
def pull_submissions(data: str) -> State:
    """Fetch and receive the submissions of every round whose collection goes on today; builds nothing."""
    folder = Path(data)
    pulling.demand_held(folder)
    rounds = _discreet(rounds_file.read, "dtm round status")(folder)
    due, said = pulling.due(list(rounds.values()), today())
    failed: list[Problem] = []
    for found in due:
        try:
            said.append(_received(folder, found.number))
        except Problem as problem:  # which says nothing of the other rounds
            failed.append(problem)
    if failed:
        raise Problem(failed[0].code, " ".join(map(str, failed)))
    return Completed(message=" ".join(said or ["No round is under collection."]))


@flow(name="return-index", persist_result=False, on_completion=[_say], on_failure=[_say])
def return_index(data: str) -> State:
    """Take the answers to the indices that wait or were submitted, score them with the newest lists, and draw the pages."""
    folder = Path(data)
    pulling.demand_held(folder)
    said: list[str] = []
    failed: list[Problem] = []
    for index in INDICES.values():
        for path in inbox.waiting(folder, index):
            try:
                said.append(_taken(folder, index, path))
            except Problem as problem:  # which says nothing of the other files
                failed.append(problem)
        try:
            said += _fetched_answers(folder, index)
        except Problem as problem:
            failed.append(problem)
    result = _discreet(_when_free(run.build), "dtm build")(
        folder, Order(), direct=False, progress=lambda text: None, call=_as_discreet_task
    )
    said.append(f"Published {len(result.manifest.tables)} tables." if result.built else "Nothing new to build.")
    drawn = as_task("draw", _discreet(inbox.draw, "dtm index page"), folder)
    said.append(f"Drew {len(drawn)} pages.")
    if failed:
        raise Problem(failed[0].code, " ".join(map(str, failed)))
    return Completed(message=" ".join(said))


@flow(name="track-event", persist_result=False, on_completion=[_say], on_failure=[_say])
def track_event(data: str, event_id: str) -> State:
    """Take the deliveries of an emergency event that wait or were submitted, build the tables, draft yesterday's snapshot."""
    folder = Path(data)
    command = f"dtm emergency ingest {event_id}"
    said: list[str] = []
    failed: list[Problem] = []
    with receiving.private_folder(folder) as private:
        try:
            path = as_task("fetch", _discreet(deliveries.fetched, command, is_safe=True), folder, event_id, private)
            came = [path] if path else []
        except Problem as problem:  # which says nothing of the files that wait
            failed.append(problem)
            came = []
        for path in (*deliveries.waiting(folder, event_id), *came):
            try:
                said.append(as_task("land", _discreet(_when_free(deliveries.take), command), folder, event_id, path))
            except Problem as problem:
                failed.append(problem)
    _discreet(_when_free(run.build), "dtm build")(
        folder, Order(), direct=False, progress=lambda text: None, call=_as_discreet_task
    )
    said.append(as_task("draft", _discreet(_when_free(deliveries.draft), f"dtm emergency draft {event_id}"), folder, event_id))
    if failed:
        raise Problem(failed[0].code, " ".join(map(str, failed)))
    return Completed(message=" ".join(said))


def _taken(data: Path, index: Index, path: Path) -> str:
    return as_task("land", _discreet(_when_free(inbox.take), "dtm index score"), data, index, path)


def _fetched_answers(data: Path, index: Index) -> list[str]:
    """A sentence on the submissions of an index, where a form is set."""
    with receiving.private_folder(data) as folder:
        path = as_task("fetch", _discreet(inbox.fetched, "dtm index score", is_safe=True), data, index, folder)
        return [_taken(data, index, path)] if path else []


def _received(data: Path, number: int) -> str:
    command = f"dtm round receive R{number}"
    with receiving.private_folder(data) as folder:
        path = as_task("fetch", _discreet(pulling.fetch, command, is_safe=True), data, number, folder)
        return as_task("land", _discreet(_when_free(pulling.land), command), data, number, path)


def _as_discreet_task(name: str, step: Callable, *arguments: object) -> object:
    return as_task(name, _discreet(step, "dtm build"), *arguments)


def _discreet(step: Callable, command: str, *, is_safe: bool = False) -> Callable:
    """The step with failures that tell their class, and the command that tells more to whoever may see the data.

    ``is_safe``: its own sentences may be told, because they quote nothing (the fetching names the server and no more).
    """

    def discreet(*arguments: object, **named: object) -> object:
        try:
            return step(*arguments, **named)
        except Problem as error:
            if is_safe:
                raise
            code = error.code
        except OSError as error:
            code = storage_problem(error).code
        except Exception:  # of any class: whatever it says may quote an answer, and Prefect would keep it
            code = ExitCode.UNEXPECTED
        # raised out here, so that it does not carry the first one along
        raise Problem(code, f"{MEANINGS[code][0].upper()}{MEANINGS[code][1:]}. To see what and why: {command}")

    return discreet


def _when_free(step: Callable) -> Callable:
    """The step, which waits for another run on the same data folder to end."""

    def patient(*arguments: object, **named: object) -> object:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                return step(*arguments, **named)
            except Problem as problem:
                if problem.code != ExitCode.LOCKED or time.monotonic() > until:
                    raise
            time.sleep(LOCK_POLL_SECONDS)

    return patient


# --- serving ----------------------------------------------------------------------------------------------


class Service(Runner):
    """What Prefect's ``serve`` runs, but for its end: there, SIGTERM and Ctrl-C leave runs behind that seem to go on."""

    def handle_sigterm(self, *_: object) -> None:
        """End the runs that are at work, then itself; told a second time, at once."""
        if not self.started:
            raise KeyboardInterrupt
        loop = asyncio.get_running_loop()
        loop.call_soon_threadsafe(lambda: loop.create_task(self.astop()))


def schedule(cron: str) -> Schedule:
    """A schedule in the time of Iraq.

    Raises:
        Problem: the cron expression is not understood.
    """
    try:
        if len(cron.split()) != 5:  # Prefect takes seconds too, and words
            raise ValueError
        asyncio.run(CronSchedule(cron=cron, timezone=ZONE).get_dates(1))  # some days never come, as 31 February
    except ValueError:
        fields = "minute, hour, day, month, day of the week"
        raise Problem(ExitCode.USAGE, f"'{cron}' is no time of five fields ({fields}), such as 0 6 1 * *") from None
    return Cron(cron, timezone=ZONE)


def serve_flows(
    data: Path, round_schedule: Schedule, pull_schedule: Schedule, index_schedule: Schedule, progress: Progress
) -> None:
    """Register the flows for a data folder and run them when they are due, until stopped.

    Raises:
        Problem: the Prefect server does not answer, or does not any more.
        KeyboardInterrupt: it was stopped.
    """
    # while a server is away, Prefect goes on asking; what it says meanwhile is of its own inner working
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", "coroutine 'Runner", RuntimeWarning)
    try:
        with get_client(sync_client=True) as client:
            client.hello().raise_for_status()
        service = Service(pause_on_shutdown=False)
        served = ((run_round, round_schedule), (pull_submissions, pull_schedule), (return_index, index_schedule))
        for deployment in (_deployment(flow_of, data, when) for flow_of, when in served):
            service.add_deployment(deployment)
            progress(f"{deployment.full_name}: {deployment.schedules[0].schedule.cron} ({ZONE})")
        signal.signal(signal.SIGINT, service.handle_sigterm)
        with redirect_stdout(StringIO()):  # what runs say comes on standard error
            asyncio.run(_serving(service, data, progress))
    except (PrefectException, HTTPError, OSError, ValueError, RuntimeError, ExceptionGroup) as error:
        raise Problem(ExitCode.STORAGE, _NOTHING_TO_SERVE_FOR) from error
    raise KeyboardInterrupt


async def _serving(service: Service, data: Path, progress: Progress) -> None:
    """Run what is due, and keep a deployment for every emergency event that is open."""
    watching = asyncio.create_task(_events(service, data, progress))
    serving = asyncio.create_task(service.start())
    try:
        # whichever ends first: the service because it was stopped, the watch only because it failed
        await asyncio.wait((watching, serving), return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
        await serving
    finally:
        watching.cancel()
        serving.cancel()


async def _events(service: Service, data: Path, progress: Progress) -> None:
    """Opening an event adds its deployment, closing it takes it away; looked at again and again.

    Neither a journal that cannot be read nor a server that does not answer ends the watch: the events that are served go on,
    why is said once, and the next look tries again.
    """
    served: dict[str, str | None] = {}
    told = ""
    while True:
        said = ""
        try:
            async with get_client() as client:
                await _serve_open_events(service, client, data, served, progress)
        except (Problem, OSError, PrefectException, HTTPError) as error:
            said = f"the events cannot be followed: {type(error).__name__}. To see them: dtm emergency status"
        if said and said != told:
            progress(said)
        told = said
        await asyncio.sleep(EVENTS_POLL_SECONDS)


async def _serve_open_events(
    service: Service, client: PrefectClient, data: Path, served: dict[str, str | None], progress: Progress
) -> None:
    """One look: what the server holds becomes what the journal says. ``served``: what this service has added, with its time.

    Raises:
        Problem, OSError: the journal cannot be read.
        PrefectException, HTTPError: the server does not answer, or not as it should.
    """
    wanted = deliveries.due(data)
    ours = DeploymentFilter(name=DeploymentFilterName(like_=_EVENT))
    found = await client.read_deployments(deployment_filter=ours, limit=_READ_MAXIMUM, sort=DeploymentSort.NAME_ASC)
    held = {
        one.name.removeprefix(_EVENT): one.id
        for one in found
        if one.name.startswith(_EVENT) and one.parameters.get("data") == str(data)
    }
    for event_id, held_as in held.items():
        if event_id in served and event_id in wanted and served[event_id] == wanted[event_id]:
            continue
        # closed, on another cadence, or left by a service that ended before the event did
        with suppress(ObjectNotFound):  # somebody was quicker
            await client.delete_deployment(held_as)
        if event_id in served:
            del served[event_id]
            progress(f"{track_event.name}/{_EVENT}{event_id}: taken away")
    for event_id, cron in wanted.items():
        if event_id in served and event_id in held:
            continue
        when = Cron(cron, timezone=ZONE) if cron else None
        # beside this loop, in which Prefect would give back a promise of it
        made = await asyncio.to_thread(_deployment, track_event, data, when, _EVENT + event_id, {"event_id": event_id})
        await service.aadd_deployment(made)
        served[event_id] = cron
        progress(f"{made.full_name}: {cron or 'when started'} ({ZONE})")


def _deployment(
    served: Flow, data: Path, when: Schedule | None, name: str = DEPLOYMENT, more: dict[str, str] | None = None
) -> RunnerDeployment:
    """A flow with its parameters and schedule. A run that comes due while the one before is at work is left out."""
    return served.to_deployment(
        name,
        schedule=when,
        parameters={"data": str(data), **(more or {})},
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
        version_type="prefect:simple",  # else Prefect asks git for names and messages, and keeps them
    )
