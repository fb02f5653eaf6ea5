from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from portals import UNLIMITED, having, struck_by

from b24delete import (
    AsyncClient,
    AsyncJob,
    Client,
    InvalidRequestError,
    Job,
    LocalError,
    Operation,
    Summary,
)
from b24delete.testing import Emulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


def leads(first: int, last: int) -> list[Operation]:
    return [Operation.lead(id) for id in range(first, last + 1)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cleanup.b24job"


def test_a_job_is_planned_run_and_read(portal: Emulator, client: Client, path: Path) -> None:
    job = Job.plan(path, client, iter([*leads(1, 60), *leads(1, 3), Operation.lead(999)]), expect=61)
    assert portal.executions() == []
    assert path.stat().st_mode & 0o777 == 0o600
    before = job.overview()
    assert (before.state, before.operations, before.duplicates, before.runs) == ("planned", 61, 3, 0)
    assert dict(before.methods) == {"crm.lead.delete": 61}
    assert (before.host, before.user_id, before.started) == (client.host, client.user_id, None)
    assert abs((datetime.now(timezone.utc) - before.created).total_seconds()) < 60
    told: list[Summary] = []
    threads: set[int] = set()

    def on_progress(summary: Summary) -> None:
        told.append(summary)
        threads.add(threading.get_ident())

    summary = job.run(on_progress=on_progress)
    assert (summary.total, summary.deleted, summary.absent, summary.stopped_by) == (61, 60, 1, None)
    assert told[-1] == summary
    assert len(told) >= 2
    assert threads == {threading.get_ident()}
    again = Job.open(str(path))
    assert [outcome.seq for outcome in again.outcomes()] == list(range(61))
    assert [outcome.status for outcome in again.outcomes()] == ["deleted"] * 60 + ["absent"]
    after = again.overview()
    assert (after.state, after.runs, after.summary.deleted, after.in_doubt) == ("finished", 1, 60, 0)
    assert after.finished is not None
    assert again.run(client).total == 0
    assert len(portal.executions()) == 61
    assert portal.webhook.split("/")[-2].encode() not in path.read_bytes()


def test_the_record_can_be_verified(client: Client, path: Path) -> None:
    job = Job.plan(path, client, leads(1, 3))
    planned = job.overview().head
    job.run()
    found = job.verify(planned)
    assert (found.is_intact, found.findings, found.entries, found.kept_head_run) == (True, (), 3, 0)
    assert job.verify(found.head).kept_head_run == 1
    assert not job.verify("0" * 64).is_intact
    with pytest.raises(InvalidRequestError):
        job.verify("12")
    job.forget()
    assert job.overview().forgotten is not None
    assert job.verify(found.head).is_intact


def test_reports(client: Client, path: Path) -> None:
    job = Job.plan(path, client, leads(1, 3))
    job.run()
    assert job.report().startswith("3 of 3 operations deleted")
    assert len(job.report("csv").splitlines()) == 4
    assert job.report("jsonl").splitlines()[0].startswith('{"v":1,"type":"outcome","seq":0')
    assert job.report("html").startswith("<!")
    with pytest.raises(InvalidRequestError, match="`pdf` is no form of a report"):
        job.report("pdf")  # type: ignore[call-overload]  # pyright: ignore


class Parts(list[str]):
    """A text file that keeps what it is given apart."""

    def write(self, text: str) -> None:
        self.append(text)


class Full(Parts):
    def write(self, text: str) -> None:
        raise OSError("the disk is full")


def test_a_report_is_written_as_it_is_made(client: Client, path: Path) -> None:
    job = Job.plan(path, client, leads(1, 3000))
    parts = Parts()
    job.report("csv", to=parts)
    assert "".join(parts) == job.report("csv")
    assert len(parts) > 1
    with pytest.raises(OSError, match=r"^the disk is full$"):
        job.report("csv", to=Full())
    with pytest.raises(InvalidRequestError, match="`to` needs a method `write`, which `int` has not"):
        job.report("csv", to=5)  # type: ignore[call-overload]  # pyright: ignore


def test_what_is_planned_can_be_read(client: Client, path: Path) -> None:
    operations = [Operation.lead(1), Operation.contact(2), Operation.lead(999)]
    planned = list(Job.plan(path, client, operations).planned())
    assert [(one.seq, one.operation, one.visible) for one in planned] == [
        (0, operations[0], None),
        (1, operations[1], None),
        (2, operations[2], None),
    ]
    looked = list(Job.plan(path.with_name("looked.b24job"), client, operations, look=True).planned())
    assert [(one.visible, one.title is None, one.bindings) for one in looked] == [
        (True, False, 0),
        (True, False, 0),
        (False, True, None),
    ]
    assert pickle.loads(pickle.dumps(looked)) == looked


@having(links_per_lead=2)
def test_what_was_deleted_is_restored(portal: Emulator, client: Client, path: Path) -> None:
    before = portal.snapshot()["leads"]
    job = Job.plan(path, client, [Operation.lead(1), Operation.lead_contact_items(2)], look=True, backup=True)
    assert job.plan_summary().bindings == 4
    assert job.run().deleted == 2
    assert job.restore_plan().leads == 1
    told: list[object] = []
    summary = job.restore(on_progress=told.append)
    assert (summary.leads, summary.failed, summary.cancelled) == (1, 0, False)
    assert summary.losses
    assert told[-1] == summary
    new_ids = {thing.lead_id: thing.new_id for thing in job.restored() if thing.what == "lead"}
    assert new_ids[1] in portal.snapshot()["leads"]
    assert len(portal.snapshot()["leads"]) == len(before)
    assert asyncio.run(AsyncJob.open(path).restore(AsyncClient(webhook=portal.webhook))).leads == 0


def test_files_that_are_no_jobs_are_refused(client: Client, path: Path) -> None:
    with pytest.raises(LocalError, match=r"cleanup\.b24job") as caught:
        Job.open(path)
    assert (caught.value.kind, caught.value.effect) == ("job", "not_sent")
    sqlite3.connect(path).execute("CREATE TABLE foreign_table (id INTEGER)").connection.commit()
    with pytest.raises(LocalError) as caught:
        Job.open(path)
    assert caught.value.kind == "job"
    with pytest.raises(LocalError) as caught:
        Job.plan(path, client, leads(1, 1))
    assert caught.value.kind == "job"


def test_a_plan_that_fails_leaves_no_file(client: Client, path: Path) -> None:
    failure = ValueError("no more")

    def operations() -> Iterator[Operation]:
        yield Operation.lead(1)
        raise failure

    with pytest.raises(ValueError, match="no more") as raised:
        Job.plan(path, client, operations())
    assert raised.value is failure
    with pytest.raises(LocalError, match="not 5 as expected"):
        Job.plan(path, client, leads(1, 3), expect=5)
    with pytest.raises(InvalidRequestError, match="`int` is not an operation"):
        Job.plan(path, client, [1])  # type: ignore[list-item]  # pyright: ignore
    with pytest.raises(InvalidRequestError, match="`expect` is `-1`"):
        Job.plan(path, client, [], expect=-1)
    with pytest.raises(LocalError, match="`many` is not a number of failures"):
        Job.plan(path, client, [], max_failures="many")
    assert list(path.parent.iterdir()) == []


def test_a_job_runs_on_its_portal_only(client: Client, path: Path) -> None:
    Job.plan(path, client, leads(1, 1))
    with pytest.raises(InvalidRequestError, match="`client` is needed"):
        Job.open(path).run()
    with Emulator(leads=10) as other, pytest.raises(LocalError, match="was planned for") as caught:
        Job.open(path).run(Client(webhook=other.webhook))
    assert caught.value.kind == "job"
    with pytest.raises(LocalError, match="not 2 as expected"):
        Job.open(path).run(client, expect=2)


def test_an_exception_of_the_callback_ends_the_run_in_good_order(
    portal: Emulator, client: Client, path: Path
) -> None:
    job = Job.plan(path, client, leads(1, 300))
    failure = ValueError("enough")

    def on_progress(summary: Summary) -> None:
        raise failure

    with pytest.raises(ValueError, match="enough") as raised:
        job.run(on_progress=on_progress)
    assert raised.value is failure
    done = job.overview()
    assert (done.state, done.summary.deleted, done.in_doubt) == ("running", len(portal.executions()), 0)
    assert done.summary.deleted < 300
    assert job.run().deleted == 300 - done.summary.deleted
    assert job.overview().state == "finished"


@having(faults=[{**struck_by("stall", method="batch", where="after", seconds=1), "count": 1}])
def test_ctrl_c_leaves_a_job_that_can_go_on(portal: Emulator, client: Client, path: Path) -> None:
    job = Job.plan(path, client, leads(1, 120))
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        job.run()
    cause = caught.value.__cause__
    assert isinstance(cause, LocalError)
    assert (cause.kind, cause.effect) == ("cancelled", "may_have_applied")
    go_on(job, client)
    assert job.overview().summary.deleted == 120
    assert len(portal.executions()) == 120


def go_on(job: Job, client: Client) -> None:
    """As soon as the pack on the wire has been seen through."""
    for _ in range(100):
        with contextlib.suppress(LocalError):
            job.run(client)
            return
        time.sleep(0.1)
    raise AssertionError("the job stays locked")


RUN = """
import os
from b24delete import Client, Job
print("ready", flush=True)
Job.open(os.environ["JOB"]).run(Client(webhook=os.environ["WEBHOOK"], limits="off", operating="off", settle_time=0))
"""


@having(faults=[struck_by("stall", method="batch", where="after", seconds=1)])
def test_a_killed_process_loses_nothing_and_two_do_not_run_one_job(portal: Emulator, path: Path) -> None:
    client = Client(webhook=portal.webhook, settle_time=0, **UNLIMITED)
    job = Job.plan(path, client, leads(1, 200))
    environment = {**os.environ, "JOB": str(path), "WEBHOOK": portal.webhook}
    other = subprocess.Popen([sys.executable, "-c", RUN], env=environment, stdout=subprocess.PIPE)
    while job.overview().in_doubt == 0:
        assert other.poll() is None
        time.sleep(0.05)
    with pytest.raises(LocalError) as caught:
        job.run()
    assert (caught.value.kind, caught.value.effect) == ("job", "not_sent")
    assert job.overview().state == "running"
    other.kill()
    other.communicate()
    assert job.overview().in_doubt > 0
    summary = job.run()
    assert (summary.unknown, summary.not_run, summary.stopped_by) == (0, 0, None)
    overview = job.overview()
    assert (overview.state, overview.runs, overview.summary.total) == ("finished", 2, 200)
    assert overview.summary.deleted == len(portal.executions()) == 200


def test_a_job_in_an_event_loop(portal: Emulator, path: Path) -> None:
    async def operations() -> AsyncIterator[Operation]:
        for operation in leads(1, 120):
            await asyncio.sleep(0)
            yield operation

    async def main() -> None:
        async with AsyncClient(webhook=portal.webhook, **UNLIMITED) as client:
            job = await AsyncJob.plan(path, client, operations(), expect=120)
            threads: set[int] = set()
            summary = await job.run(on_progress=lambda _: threads.add(threading.get_ident()))
            assert summary.deleted == 120
            assert threads == {threading.get_ident()}
            assert [outcome.status for outcome in job.outcomes()] == ["deleted"] * 120
            with pytest.raises(InvalidRequestError, match="`client` is needed"):
                await AsyncJob.open(path).run()
            with pytest.raises(LocalError):
                await AsyncJob.plan(path, client, leads(1, 2))

    asyncio.run(main())


@having(faults=[struck_by("stall", method="batch", where="after", seconds=0.2)])
def test_what_fails_in_an_event_loop_is_told(portal: Emulator, path: Path) -> None:
    failure = ValueError("no more")

    async def operations() -> AsyncIterator[Operation]:
        yield Operation.lead(1)
        raise failure

    def on_progress(summary: Summary) -> None:
        raise failure

    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        with pytest.raises(ValueError, match="no more") as raised:
            await AsyncJob.plan(path, client, operations())
        assert raised.value is failure
        assert list(path.parent.iterdir()) == []
        job = await AsyncJob.plan(path, client, leads(1, 300))
        with pytest.raises(ValueError, match="no more"):
            await job.run(on_progress=on_progress)
        assert job.overview().in_doubt == 0
        assert 0 < job.overview().summary.deleted == len(portal.executions()) < 300

    asyncio.run(main())


@having(faults=[{**struck_by("stall", method="batch", where="after", seconds=1), "count": 1}])
def test_a_cancelled_task_leaves_a_job_that_can_go_on(portal: Emulator, path: Path) -> None:
    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        job = await AsyncJob.plan(path, client, leads(1, 120))
        with pytest.raises(asyncio.TimeoutError) as caught:
            await asyncio.wait_for(job.run(), 0.3)
        cause: BaseException | None = caught.value
        while cause is not None and not isinstance(cause, LocalError):
            cause = cause.__cause__ or cause.__context__
        assert cause is not None
        assert (cause.kind, cause.effect) == ("cancelled", "may_have_applied")

    asyncio.run(main())
    client = Client(webhook=portal.webhook, **UNLIMITED)
    job = Job.open(path)
    go_on(job, client)
    assert job.overview().summary.deleted == len(portal.executions()) == 120
