"""Serving the round and the hourly fetching: a real Prefect server and a real service, each in a process of its own."""

from __future__ import annotations

import datetime
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from expectations.policy import default
from flows import judging, run
from flows.cli import main
from flows.field import journal, pulling
from flows.field.rounds_file import Event, Round
from flows.problem import ExitCode
from flows.published import Published
from tests import emergencyworld
from tests.fixtures import field_exports
from tests.flows import test_kobo
from tests.flows.builds import build, quickly, write_list
from tests.flows.conftest import ROOT, Ran

BAGHDAD = ZoneInfo("Asia/Baghdad")
DAY = datetime.timedelta(days=1)
ROUND, ENDED = 124, 125
# Planted: what no database of Prefect may hold.
INFORMANT, PHONE, TOKEN, FORM = "Zaynab al-Planted", "+964 770 555 0199", "t0ken-of-the-account", "aPlantedForm1"
SECRETS = (INFORMANT, PHONE, TOKEN, FORM)
PATIENCE_SECONDS = 240


# --- when submissions are fetched ------------------------------------------------------------------------


def opened(number: int = ROUND, *, state: str = "open", has_form: bool = True, **dates: str) -> Round:
    days = {name: datetime.date.fromisoformat(day) for name, day in dates.items()}
    kinds = {"open": ("open",), "partial": ("open", "handover"), "frozen": ("open", "freeze")}[state]
    day = datetime.date(2021, 4, 1)
    form = {"kobo_url": "https://kf.example.org", "kobo_asset": "a1"} if has_form else {}
    events = tuple(Event(kind, 1, day, "2021-04-01", "somebody") for kind in kinds)
    return Round(number, day, default(number), events=events, **form, **days)


@pytest.mark.parametrize(
    ("time_utc", "day"),
    [("2021-04-09T20:59:59", "2021-04-09"), ("2021-04-09T21:00:00", "2021-04-10"), ("2021-04-10T00:00:00", "2021-04-10")],
)
def test_the_day_is_that_of_the_teams(time_utc: str, day: str) -> None:
    at = datetime.datetime.fromisoformat(time_utc).replace(tzinfo=datetime.UTC)
    assert run.today(at) == datetime.date.fromisoformat(day)


WINDOW = {"collection_start": "2021-04-10", "collection_end": "2021-04-20"}


@pytest.mark.parametrize(
    ("found", "day", "why_not"),
    [
        (opened(**WINDOW), "2021-04-09", "its collection begins on 2021-04-10"),
        (opened(**WINDOW), "2021-04-10", ""),
        (opened(**WINDOW), "2021-04-20", ""),
        (opened(**WINDOW), "2021-04-21", "its collection ended on 2021-04-20"),
        (opened(**WINDOW, cutoff="2021-04-25"), "2021-04-25", ""),
        (opened(**WINDOW, cutoff="2021-04-25"), "2021-04-26", "its collection ended on 2021-04-25"),
        (opened(**WINDOW, cutoff="2021-04-15"), "2021-04-20", ""),
        (opened(collection_start="2021-04-10"), "2031-01-01", ""),
        (opened(cutoff="2021-04-25"), "2021-01-01", ""),
        (opened(state="partial", **WINDOW), "2021-04-15", ""),
        (opened(state="frozen", **WINDOW), "2021-04-15", "it is frozen"),
        (opened(has_form=False, **WINDOW), "2021-04-15", "it has no kobo_url and kobo_asset in rounds.toml"),
    ],
)
def test_the_window_of_collection(found: Round, day: str, why_not: str) -> None:
    due, said = pulling.due([found], datetime.date.fromisoformat(day))
    assert due == ([] if why_not else [found])
    assert said == ([f"R{ROUND} is not fetched: {why_not}."] if why_not else [])


# --- what is refused -------------------------------------------------------------------------------------


@pytest.fixture
def rounds_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["round", "open", "R121", "--list-date", "2021-04-30", "--data", str(tmp_path / "data")]) == ExitCode.OK
    return tmp_path / "data"


@pytest.mark.parametrize("option", ["--round-cron", "--pull-cron", "--index-cron"])
@pytest.mark.parametrize("cron", ["often", "", "61 * * * *", "0 0 6 1 * *", "@monthly", "R * * * *", "0 6 31 2 *"])
def test_a_time_that_is_not_understood(
    option: str, cron: str, rounds_only: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtm: Callable[..., Ran]
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    ran = dtm("serve", "--data", rounds_only, option, cron)
    said = f"'{cron}' is no time of five fields (minute, hour, day, month, day of the week), such as 0 6 1 * *"
    assert (ran.code, ran.said) == (ExitCode.USAGE, said)


def test_without_a_server(rounds_only: Path, tmp_path: Path, dtm_process: Callable[..., Ran]) -> None:
    words = ["serve", "--data", rounds_only]
    unnamed = dtm_process(*words, PREFECT_API_URL="", PREFECT_HOME=str(tmp_path))
    dead = dtm_process(*words, PREFECT_API_URL="http://127.0.0.1:9/api", PREFECT_HOME=str(tmp_path))
    assert (unnamed.code, dead.code) == (ExitCode.USAGE, ExitCode.STORAGE)
    for ran in (unnamed, dead):
        assert "`prefect server start`" in ran.said
        assert ran.err.count("\n") == 1


def test_without_anything_to_serve_for(tmp_path: Path, dtm: Callable[..., Ran]) -> None:
    ran = dtm("serve", "--data", tmp_path / "nothing")
    assert (ran.code, ran.said.split(". ")[0]) == (
        ExitCode.DATA_FOLDER,
        f"'{tmp_path / 'nothing'}' holds neither tables nor rounds",
    )
    assert not (tmp_path / "nothing").exists()


# --- a server, the service, and a run of each flow --------------------------------------------------------


@contextmanager
def form_server() -> Iterator[test_kobo.Server]:
    """A server of submissions that name an informant; it wants the token."""
    served = test_kobo.Server(0)
    served.rows = [
        {**row, field_exports.path_of("ki_name"): INFORMANT, field_exports.path_of("ki_contact"): PHONE}
        for row in field_exports.submissions()
    ]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests.append((self.path, {}, self.headers.get("Authorization")))
            status, headers, body = served.answers.pop(0) if served.answers else served.page(parse_qs(urlsplit(self.path).query))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{http.server_address[1]}"
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield served
    http.shutdown()
    http.server_close()


def data_folder(folder: Path, form: str) -> Path:
    """A tiny built list, a round whose collection goes on, and one whose collection has ended."""
    data = folder / "data"
    today = run.today()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "beside", quickly)
        build(data, write_list(folder / "lists", places=3))
    for number, end in ((ROUND, today + DAY), (ENDED, today - DAY)):
        days = ["--start", f"{today - 2 * DAY}", "--end", f"{end}"]
        words = ["round", "open", str(number), *days, "--kobo-url", form, "--asset", FORM, "--data", str(data)]
        assert main(words) == ExitCode.OK
    return data


@dataclass
class Process:
    """A process at the head of a group of its own, so that nothing that it starts is lost from sight."""

    run: subprocess.Popen
    log: Path

    @classmethod
    def start(cls, log: Path, *words: object, **environment: str) -> Process:
        """``python -m WORDS`` with its output in a file."""
        command = [sys.executable, "-m", *map(str, words)]
        with open(log, "wb") as out:
            settings = {**os.environ, **environment}
            return cls(subprocess.Popen(command, cwd=ROOT, env=settings, stdout=out, stderr=out, start_new_session=True), log)

    def said(self) -> str:
        """All it has printed."""
        return self.log.read_text(encoding="utf-8")

    def is_any_left(self) -> bool:
        """Whether it, or a process that it started, is running."""
        try:
            os.killpg(self.run.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def end(self) -> int:
        """Ask it to end; returns its exit code."""
        self.run.send_signal(signal.SIGTERM)
        code = self.run.wait(120)
        wait_for("processes left behind to end", lambda: not self.is_any_left(), seconds=60)
        return code

    def kill(self) -> None:
        """Whatever is left of it; for a test that has failed."""
        if self.is_any_left():
            os.killpg(self.run.pid, signal.SIGKILL)
        self.run.wait()


def wait_for(what: str, holds: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> object:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


class Api:
    """What the server holds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def is_there(self) -> bool:
        try:
            return self.client.get("/health").status_code == 200
        except httpx.HTTPError:
            return False

    def asked(self, method: str, path: str, order: dict | None = None) -> object:
        """The answer; a server whose database is busy asks to come again, or is silent, which Prefect's own client bears too."""

        def answer() -> httpx.Response | None:
            try:
                got = self.client.request(method, path, json=order)
            except httpx.TransportError:
                return None
            return None if got.status_code == 503 else got.raise_for_status()

        return wait_for(f"an answer to {path}", answer).json()

    def rows(self, what: str, **order: object) -> list[dict]:
        return self.asked("POST", f"/{what}/filter", {"limit": 200, **order})

    def deployments(self) -> dict[str, dict]:
        """By the name of their flow."""
        flows = {flow["id"]: flow["name"] for flow in self.rows("flows")}
        return {flows[deployment["flow_id"]]: deployment for deployment in self.rows("deployments")}

    def starts(self, deployment: dict) -> list[datetime.datetime]:
        """When the runs that the server has scheduled are expected to start."""
        asked = {"deployments": {"id": {"any_": [deployment["id"]]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        return sorted(
            datetime.datetime.fromisoformat(run["expected_start_time"])
            for run in self.rows("flow_runs", **asked)
            if run["auto_scheduled"]
        )

    def run(self, deployment: dict, **parameters: object) -> str:
        """Have a deployment run now; returns the id of the run, which is one however often it is asked for."""
        order = {"state": {"type": "SCHEDULED"}, "parameters": parameters, "idempotency_key": str(uuid4())}
        return self.asked("POST", f"/deployments/{deployment['id']}/create_flow_run", order)["id"]

    def ended(self, run: str) -> tuple[str, str]:
        """How a run ended, and what it said; waits for it."""

        def state() -> dict | None:
            found = self.asked("GET", f"/flow_runs/{run}")["state"]
            return found if found["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

        found = wait_for("a run to end", state)
        return found["type"], found["message"]

    def tasks(self, run: str) -> list[tuple[str, int]]:
        """The tasks of a run in their order, and how often each was run."""
        rows = self.rows("task_runs", flow_runs={"id": {"any_": [run]}})
        return [(row["name"].rsplit("-", 1)[0], row["run_count"]) for row in sorted(rows, key=lambda row: row["created"])]

    def demand_tasks(self, run: str, *names: str) -> None:
        """Each was run once; the server learns of it by events, which may come in after the run has ended."""
        with suppress(AssertionError):
            wait_for("the tasks", lambda: self.tasks(run) == [(name, 1) for name in names], seconds=60)
        assert self.tasks(run) == [(name, 1) for name in names]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def submissions(data: Path) -> list[int]:
    """The rounds that submissions were received for, by the journal."""
    return [entry.round for entry in journal.read(data) if entry.kind == "submissions"]


def test_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtm: Callable[..., Ran]) -> None:
    port = free_port()
    api = Api(f"http://127.0.0.1:{port}/api")
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "NO_PROXY": "127.0.0.1"}
    home = {"PREFECT_HOME": str(tmp_path / "server"), "PREFECT_API_URL": api.url, "PREFECT_SERVER_UI_ENABLED": "false"}
    own = {
        "PREFECT_HOME": str(tmp_path / "service"),
        "PREFECT_API_URL": api.url,
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "PREFECT_LOGGING_LEVEL": "INFO",  # so that tracebacks get to the database, as they might where someone asks for more
        "DTM_KOBO_TOKEN": TOKEN,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    server = Process.start(
        tmp_path / "server.log", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port, **quiet, **home
    )
    service = None
    try:
        with form_server() as form:
            data = data_folder(tmp_path, form.url)
            wait_for("the server", api.is_there)
            service = Process.start(tmp_path / "service.log", "flows.cli", "serve", "--data", data, **quiet, **own)
            wait_for("the service", lambda: "return-index/dtm-iraq: 0 9 1 * *" in service.said())
            demand_runs(api, data, form)
            demand_event(api, data, service)
            assert {token for *_, token in form.requests} == {f"Token {TOKEN}"}
            monkeypatch.setenv("DTM_KOBO_TOKEN", TOKEN)
            refused = dtm("round", "receive", f"R{ROUND}", "--data", data)
        assert service.end() == ExitCode.INTERRUPTED
        assert all(deployment["paused"] is False for deployment in api.deployments().values())
        assert server.end() in (0, -signal.SIGTERM)
    finally:
        for process in (service, server):
            if process:
                process.kill()
                print(process.log.name, process.said()[-5000:], sep=":\n")  # shown where this test has failed
    assert service.said().endswith("Stopped; nothing published has changed.\n")
    # the secrets were there to be told: in what was received, and in the refusal
    payloads = b"".join(path.read_bytes() for path in (data / "landing" / "submissions").rglob("payload"))
    assert INFORMANT.encode() in payloads and PHONE.encode() in payloads
    assert INFORMANT in refused.said
    kept = {path: path.read_bytes() for name in ("server", "service") for path in (tmp_path / name).rglob("*") if path.is_file()}
    database = b"".join(content for path, content in kept.items() if path.name.startswith("prefect.db"))
    assert f"R{ROUND}: 3 submissions.".encode() in database and b"Encountered exception during execution" in database
    for path, content in kept.items():
        assert not [secret for secret in SECRETS if secret.encode() in content], path


def demand_event(api: Api, data: Path, service: Process) -> None:
    """An event that is opened gets a deployment on its cadence, which takes what waits; closing it takes it away."""
    opening = ["--name", "Flood", "--trigger", "flood", "--start", "2020-10-18", "--counting", "x6", "--cadence", "weekly"]
    assert main(["emergency", "open", "flood-1", *opening, "--data", str(data)]) == ExitCode.OK
    wait_for("the deployment of the event", lambda: "track-event/event-flood-1: 0 7 * * 0" in service.said())
    deployment = api.deployments()["track-event"]
    assert deployment["parameters"] == {"data": str(data), "event_id": "flood-1"}
    inbox = data / "inbox" / "emergency" / "flood-1"
    inbox.mkdir(parents=True)
    row = {
        "movement_id": "a",
        "kind": "arrival",
        "moved_on": "2020-11-01",
        "recorded_on": "2020-11-01",
        "destination_governorate": "Basrah",
        "households": 7,
    }
    emergencyworld.write(inbox / "monday.csv", [row, {**row, "movement_id": PHONE}])
    state, message = api.ended(api.run(deployment))
    assert (state, message) == (
        "COMPLETED",
        f"flood-1: 1 row taken, 1 row set aside. flood-1: snapshot 1 is a draft of {run.today() - DAY}.",
    )
    assert [path.name for path in (inbox / "taken").iterdir()] == ["monday.csv"]
    assert Published(data).table("emergency_movement")["moved_individuals"].to_pylist() == [42]
    assert main(["emergency", "close", "flood-1", "--data", str(data)]) == ExitCode.OK
    wait_for("the deployment to go", lambda: "track-event" not in api.deployments())


def demand_schedules(api: Api, data: Path) -> None:
    """The deployments, and what the server makes of their times."""
    deployments = api.deployments()
    crons = {"run-round": "0 6 1 * *", "pull-submissions": "0 * * * *", "return-index": "0 9 1 * *"}
    assert set(deployments) == set(crons)
    for name, deployment in deployments.items():
        (schedule,) = deployment["schedules"]
        asked = schedule["schedule"]
        assert (deployment["name"], asked["cron"], asked["timezone"]) == ("dtm-iraq", crons[name], "Asia/Baghdad")
        assert deployment["parameters"] == {"data": str(data)}
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        wait_for(f"scheduled runs of {name}", lambda deployment=deployment: len(api.starts(deployment)) >= 3)
    monthly = api.starts(deployments["run-round"])
    # 06:00 in Iraq is 03:00 UTC, in summer too
    assert {(at.day, at.astimezone(datetime.UTC).hour, at.minute, at.second) for at in monthly} == {(1, 3, 0, 0)}
    assert {at.astimezone(BAGHDAD).hour for at in monthly} == {6}
    hourly = api.starts(deployments["pull-submissions"])
    assert {(at.minute, at.second) for at in hourly} == {(0, 0)}
    assert {later - earlier for earlier, later in pairwise(hourly)} == {datetime.timedelta(hours=1)}


def demand_runs(api: Api, data: Path, form: test_kobo.Server) -> None:
    """What a run of each flow leaves, and what Prefect is told of one that fails."""
    deployments = api.deployments()
    pull, whole = deployments["pull-submissions"], deployments["run-round"]
    # at the same time, as on the first of a month: one of them receives, the other waits and finds nothing new
    pulled, built = api.run(pull), api.run(whole, data=str(data), round_number=ROUND)
    demand_schedules(api, data)
    state, of_pull = api.ended(pulled)
    assert state == "COMPLETED"
    api.demand_tasks(pulled, "fetch", "land")

    wait_for("the landing", lambda: len(api.tasks(built)) > 2)
    # while the build goes on: what cannot be taken, with a refusal that quotes a name
    form.rows = [{**row, "_id": f"{INFORMANT} {PHONE}"} for row in form.rows]
    refused = api.run(pull)
    state, of_round = api.ended(built)
    assert state == "COMPLETED"
    api.demand_tasks(built, "fetch", "land", "evaluate", "clean", "tables", "check", "publish")
    tables = len(Published(data).manifest.tables)
    ended = f"R{ENDED} is not fetched: its collection ended on {run.today() - DAY}."
    received, nothing_new = f"R{ROUND}: 3 submissions.", f"R{ROUND}: nothing new."
    published = f"Published {tables} tables."
    assert (of_pull, of_round) in (
        (f"{ended} {received}", f"{nothing_new} {published}"),
        (f"{ended} {nothing_new}", f"{received} {published}"),
    )
    assert [row["round"] for row in Published(data).table("submission").to_pylist()] == [ROUND] * 3

    state, message = api.ended(refused)
    why = f"A source file cannot be taken. To see what and why: dtm round receive R{ROUND}"
    assert (state, message.split("Problem: ")[1]) == ("FAILED", why)
    api.demand_tasks(refused, "fetch", "land")
    assert submissions(data) == [ROUND]
