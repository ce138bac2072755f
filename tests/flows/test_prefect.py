"""The build as a Prefect flow: the same steps, bytes and failures as without it, and a record of the checks."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.tables import JUDGED
from flows import files
from flows.cli import main
from flows.problem import ExitCode, Problem
from flows.published import Published
from tests.flows.builds import SUM_EXCEPTION, build, content, quick, tables, tree, write_list

__all__ = ["quick"]
PATIENCE_SECONDS = 90
LIMIT = 200  # the most that the server gives at once
pytestmark = pytest.mark.usefixtures("quick", "server")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server of the tests' own, with a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        from flows import round_flow  # quiet, before Prefect itself is imported

        patch.setattr(round_flow, "BACKOFF_SECONDS", 0)
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=180):
            yield


def recorded(what: str, **order: object) -> list[dict]:
    """What the server holds: ``flow_runs``, ``task_runs`` or ``artifacts``."""
    from prefect.client.orchestration import get_client

    async def read() -> list[dict]:
        async with get_client() as client:
            return (await client.request("POST", f"/{what}/filter", json={"limit": LIMIT, **order})).json()

    return asyncio.run(read())


def task_runs() -> dict[str, list[tuple[str, int]]]:
    """State of a flow run -> its tasks in their order, and how often each was run."""
    states = {flow["id"]: flow["state_name"] for flow in recorded("flow_runs")}
    runs: dict[str, list[tuple[str, int]]] = {}
    for task in sorted(recorded("task_runs"), key=lambda t: t["created"]):
        runs.setdefault(states[task["flow_run_id"]], []).append((task["name"].rsplit("-", 1)[0], task["run_count"]))
    return runs


def demand_runs(state: str, expected: list[tuple[str, int]]) -> None:
    """The server learns of task runs by events, which may come in after the flow has ended."""
    until = time.monotonic() + PATIENCE_SECONDS
    while task_runs().get(state) != expected and time.monotonic() < until:
        time.sleep(0.2)
    assert task_runs().get(state) == expected


def test_the_flow_builds_the_same_bytes_retries_reading_and_records_the_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    lists = [write_list(tmp_path / "in", 111), write_list(tmp_path / "in", 111, "returnee")]
    build(tmp_path / "direct", *lists)
    copy, calls = files.copy, []

    def unsteady(source: Path, target: Path) -> str:
        calls.append(source)
        if len(calls) == 1:
            raise OSError(errno.EIO, "Input/output error", str(source))
        return copy(source, target)

    monkeypatch.setattr(files, "copy", unsteady)
    data = tmp_path / "data"
    capfd.readouterr()
    assert main(["build", str(tmp_path / "in"), "--data", str(data)]) == ExitCode.OK
    said = capfd.readouterr()
    steps = [
        "start Prefect, which takes up to a minute the first time",
        "receive 2 files",
        "read 2 lists",
        "build tables",
        "check",
        "publish",
    ]
    assert [line.split("] ")[1] for line in said.err.splitlines() if "--vintage" not in line] == steps
    assert said.out.startswith("Published ")
    assert (tables(data), content(data)) == (tables(tmp_path / "direct"), content(tmp_path / "direct"))
    demand_runs("Completed", [("land", 2), ("clean", 1), ("tables", 1), ("check", 1)])
    judged_tables = [*Published(data).manifest.tables, *(table.name for table in JUDGED if table.stage == "clean")]
    artifacts = {artifact["key"]: json.loads(artifact["data"]) for artifact in recorded("artifacts")}
    rules = Published(data).manifest.checks["rules"]
    assert artifacts == {
        f"checks-{name.replace('_', '-')}": [{"table": name, "expectations": judged, "broken": 0}]
        for name, judged in [*((name, 1) for name in judged_tables), ("rules", rules)]
    }
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"

    before = tree(data)
    bad = write_list(tmp_path, 113, spoil=SUM_EXCEPTION)
    assert main(["build", str(bad), "--data", str(data)]) == ExitCode.CONTRACT_BROKEN
    assert "dtm: 1 check does not hold; nothing was published." in capfd.readouterr().err
    assert tree(data) == before
    demand_runs("Failed", [("land", 1), ("clean", 1), ("tables", 1), ("check", 1)])


def test_fetching_is_tried_again_when_the_network_fails_and_never_when_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import round_flow
    from flows.field import pulling

    data = tmp_path / "data"
    form = ["--list-date", "2021-04-30", "--kobo-url", "https://kf.example.org", "--asset", "aBcD1234"]
    assert main(["round", "open", "R150", *form, "--data", str(data)]) == ExitCode.OK
    failures = [Problem(ExitCode.STORAGE, "it cannot be reached"), Problem(ExitCode.LOCKED, "another run is at work")]

    def fetch(data: Path, number: int, folder: Path) -> Path:
        if failures[0].code != ExitCode.LOCKED:
            raise failures[0] if failures[0].code == ExitCode.SOURCE_REFUSED else failures.pop(0)
        return folder / "fetched"

    def land(data: Path, number: int, path: Path) -> str:
        if failures:
            raise failures.pop(0)
        return f"R{number}: 3 submissions."

    monkeypatch.setattr(round_flow, "LOCK_POLL_SECONDS", 0)
    monkeypatch.setattr(pulling, "fetch", fetch)
    monkeypatch.setattr(pulling, "land", land)
    state = round_flow.pull_submissions(str(data), return_state=True)
    assert (state.name, state.message) == ("Completed", "R150: 3 submissions.")
    demand_tasks(state, [("fetch", 2), ("land", 1)])

    failures.append(Problem(ExitCode.SOURCE_REFUSED, "it does not accept the token"))
    state = round_flow.pull_submissions(str(data), return_state=True)
    assert (state.name, state.message.split("Problem: ")[1]) == ("Failed", "it does not accept the token")
    demand_tasks(state, [("fetch", 1)])


def demand_tasks(state: object, expected: list[tuple[str, int]]) -> None:
    """As :func:`demand_runs`, of one flow run."""
    until = time.monotonic() + PATIENCE_SECONDS

    def found() -> list[tuple[str, int]]:
        runs = recorded("task_runs", flow_runs={"id": {"any_": [str(state.state_details.flow_run_id)]}})
        return [(run["name"].rsplit("-", 1)[0], run["run_count"]) for run in sorted(runs, key=lambda run: run["created"])]

    while found() != expected and time.monotonic() < until:
        time.sleep(0.2)
    assert found() == expected


def test_the_flow_of_the_indices_takes_what_waits_and_draws_the_pages(tmp_path: Path) -> None:
    from flows import round_flow
    from tests.flows.test_index import A, answers

    data = tmp_path / "data"
    build(data, write_list(tmp_path / "in", 111, "returnee", places=4))
    waiting = data / "inbox" / "return"
    answers(waiting, (15, 111, 1, A), (15, 111, 2, A), name="good.csv")
    (waiting / "bad.csv").write_text("index_round,place_id,mines_concern\n15,1,Abu Ahmed 0770\n", encoding="utf-8")
    (waiting / "settings.toml").write_text('model = "ri-illustrative-equal"\n', encoding="utf-8")
    with pytest.raises(Problem) as refused:
        round_flow.return_index(str(data))
    assert "A source file cannot be taken" in str(refused.value) and "Ahmed" not in str(refused.value)
    (waiting / "bad.csv").unlink()
    assert round_flow.return_index(str(data), return_state=True).is_completed()
    assert [path.name for path in (waiting / "taken").iterdir()] == ["good.csv"]
    assert [row["model_id"] for row in Published(data).table("return_index").to_pylist() if row["assessed"]] == [
        "ri-illustrative-equal"
    ] * 2
    drawn = sorted(path.name for path in (data / "pages").iterdir())
    assert drawn == [f"return-index-15-ri-illustrative-equal-1.0.0-{tier}.html" for tier in ("internal", "public")]
    assert "Not IOM&#x27;s published index: illustrative model" in (data / "pages" / drawn[1]).read_text(encoding="utf-8")


def test_a_server_or_a_journal_that_fails_for_a_while_does_not_end_the_watch_over_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import PrefectClient

    from flows import round_flow

    data, said, failures = tmp_path / "data", [], []
    journal = data / "field" / "journal.jsonl"
    delete = PrefectClient.delete_deployment

    async def delete_or_fail(client: PrefectClient, held_as: object) -> None:
        if failures:
            raise failures.pop()
        await delete(client, held_as)

    async def held() -> dict[str, str]:
        found = await asyncio.to_thread(recorded, "deployments")
        return {one["name"]: one["id"] for one in found if one["name"].startswith("event-")}

    async def until(names: set[str], of_said: int) -> dict[str, str]:
        end = time.monotonic() + PATIENCE_SECONDS
        while (set(found := await held()), len(said)) != (names, of_said) and time.monotonic() < end:
            await asyncio.sleep(0.1)
        assert (set(found), len(said)) == (names, of_said), said
        return found

    def command(*words: str) -> None:
        assert main(["emergency", *words, "--data", str(data)]) == ExitCode.OK

    opening = ["--name", "Flood", "--trigger", "flood", "--start", "2020-10-18", "--counting", "x6"]

    async def watched() -> None:
        watch = asyncio.create_task(round_flow._events(round_flow.Service(), data, said.append))
        first = await until({"event-a", "event-b"}, of_said=2)
        # taken away by hand: it comes back
        async with round_flow.get_client() as client:
            await delete(client, first["event-b"])
        again = await until({"event-a", "event-b"}, of_said=3)
        assert again["event-a"] == first["event-a"] and again["event-b"] != first["event-b"]
        whole = journal.read_bytes()
        journal.write_bytes(whole[:-1])
        await until({"event-a", "event-b"}, of_said=4)
        journal.write_bytes(whole)
        failures.extend([OSError("the server went away"), round_flow.HTTPError("the database is locked")])
        await asyncio.to_thread(command, "close", "a")
        await until({"event-b"}, of_said=7)
        assert not watch.done()
        watch.cancel()

    command("open", "a", *opening, "--cadence", "daily")
    command("open", "b", *opening, "--cadence", "ad_hoc")
    monkeypatch.setattr(PrefectClient, "delete_deployment", delete_or_fail)
    monkeypatch.setattr(round_flow, "EVENTS_POLL_SECONDS", 0.1)
    asyncio.run(watched())
    problem = "the events cannot be followed: {}. To see them: dtm emergency status"
    served = {"a": "track-event/event-a: 0 7 * * * (Asia/Baghdad)", "b": "track-event/event-b: when started (Asia/Baghdad)"}
    gone = "track-event/event-a: taken away"
    assert said == [
        *served.values(),
        served["b"],
        problem.format("Problem"),
        problem.format("HTTPError"),
        problem.format("OSError"),
        gone,
    ]
