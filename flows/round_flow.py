"""The flows of Prefect: a build, a whole round, and the hourly fetching of submissions. And serving them on their schedules.

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
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from flows.settings import has_home, prepare_prefect

prepare_prefect()

from httpx import HTTPError
from prefect import Flow, State, flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.context import FlowRunContext
from prefect.deployments.runner import EntrypointType
from prefect.exceptions import PrefectException
from prefect.runner import Runner
from prefect.schedules import Cron, Schedule
from prefect.server.schemas.schedules import CronSchedule
from prefect.states import Completed
from prefect.tasks import exponential_backoff

from flows import run
from flows.field import pulling, rounds_file
from flows.judging import Judging
from flows.manifest import Manifest
from flows.problem import MEANINGS, ExitCode, Problem, storage_problem
from flows.run import Progress, Work, execute
from flows.sources import Order
from flows.steps import CheckReport

FLOW_NAME = "build-master-lists"
DEPLOYMENT = "dtm-iraq"
RETRIED = {"fetch", "land"}
RETRIES = 2
BACKOFF_SECONDS = 2
# For another run on the same data folder, such as the hourly one while a round begins.
LOCK_SECONDS = 900
LOCK_POLL_SECONDS = 2
# Words of Prefect's errors where its own server does not start, or the one in PREFECT_API_URL does not answer.
_NO_SERVER = "PREFECT_API_URL names no Prefect server that answers. Start one with `prefect server start`, then serve again."


def serve_flows(data: Path, schedules: dict[str, Schedule], progress: Progress) -> None:
    """Register both flows for a data folder and run them when they are due, until stopped.

    Raises:
        Problem: the Prefect server does not answer, or does not any more.
        KeyboardInterrupt: it was stopped.
    """
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        with get_client(sync_client=True) as client:
            client.read_deployments(limit=1)
        service = Service(pause_on_shutdown=False)
        for one in (run_round, pull_submissions):
            service.add_deployment(_deployment(one, data, schedules[one.name]))
            progress(f"{one.name}/{DEPLOYMENT}: {schedules[one.name].cron} ({pulling.ZONE})")
        signal.signal(signal.SIGINT, service.handle_sigterm)
        with redirect_stdout(StringIO()):  # Prefect prints tracebacks there while a server is away; what runs say is not there
            asyncio.run(service.start())
    except (PrefectException, HTTPError, OSError, ValueError, RuntimeError, ExceptionGroup) as error:
        raise Problem(ExitCode.STORAGE, NO_SERVER) from error
    raise KeyboardInterrupt


def _deployment(flow: Flow, data: Path, when: Schedule) -> object:
    """A flow with its parameters and schedule. A run that comes due while the one before is at work is left out."""
    return flow.to_deployment(
        DEPLOYMENT,
        schedule=when,
        parameters={"data": str(data)},
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
        version_type="prefect:simple",  # else Prefect asks git for names and messages, and keeps them
    )
