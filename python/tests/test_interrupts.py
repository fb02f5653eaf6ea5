from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from portals import UNLIMITED, having, struck_by

from b24delete import Client, LocalError, Operation
from b24delete.testing import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator


AT_ONCE = 0.2
"""What is promised. The best of three counts, as a machine under load is late at times."""

BEFORE_THE_ANSWER = 1.0
"""Room for a machine under load: nobody has waited for an answer that takes twice as long."""


class Interrupt:
    """Ctrl-C after a while, and how long it took to arrive."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.start()
        self._struck = 0.0

    def _strike(self) -> None:
        self._struck = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    def took(self) -> float:
        return time.monotonic() - self._struck


@having(faults=[struck_by("stall", where="after", seconds=2)])
def test_ctrl_c_ends_a_call_at_once_and_says_what_may_have_happened(portal: Emulator, client: Client) -> None:
    took: list[float] = []
    for lead_id in [1, 2, 3]:
        interrupt = Interrupt(0.3)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.delete_lead(lead_id)
        took.append(interrupt.took())
        cause = caught.value.__cause__
        assert isinstance(cause, LocalError)
        assert (cause.kind, cause.effect) == ("cancelled", "may_have_applied")
    assert min(took) < AT_ONCE
    assert len(portal.executions()) == 3


def test_ctrl_c_before_the_sending_says_so(portal: Emulator) -> None:
    client = Client(webhook=portal.webhook, limits="1/0.01", operating="off")
    client.delete_lead(1)
    interrupt = Interrupt(0.2)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.delete_lead(2)
    assert interrupt.took() < BEFORE_THE_ANSWER
    cause = caught.value.__cause__
    assert isinstance(cause, LocalError)
    assert (cause.kind, cause.effect) == ("cancelled", "not_sent")
    assert len(portal.executions()) == 1


@having(faults=[struck_by("stall", method="batch", where="after", seconds=2)])
def test_ctrl_c_ends_a_run_at_once_and_the_pack_is_seen_through(portal: Emulator, client: Client) -> None:
    interrupt = Interrupt(0.3)
    with pytest.raises(KeyboardInterrupt) as caught, client.delete_many([Operation.lead(1)] * 300) as run:
        list(run)
    assert interrupt.took() < BEFORE_THE_ANSWER
    assert isinstance(caught.value.__cause__, LocalError)
    assert caught.value.__cause__.effect == "may_have_applied"
    statuses = [outcome.status for outcome in run]
    assert statuses.count("deleted") == len(portal.executions()) == 1
    assert set(statuses) <= {"deleted", "absent", "not_run"}
    assert run.summary().stopped_by == "cancelled"


def test_ctrl_c_in_the_source_ends_the_run(client: Client) -> None:
    def operations() -> Iterator[Operation]:
        yield Operation.lead(1)
        time.sleep(5)

    interrupt = Interrupt(0.3)
    run = client.delete_many(operations())
    with pytest.raises(KeyboardInterrupt) as caught:
        list(run)
    assert interrupt.took() < BEFORE_THE_ANSWER
    assert isinstance(caught.value.__cause__, LocalError)
    list(run)
    assert run.summary().stopped_by in ("cancelled", "source")


@having(faults=[struck_by("stall", where="after", seconds=5)])
def test_a_signal_handler_may_raise_what_it_likes(client: Client) -> None:
    def handler(number: int, frame: object) -> None:
        raise TimeoutError("alarm")

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TimeoutError) as caught:
            client.delete_lead(1)
        assert isinstance(caught.value.__cause__, LocalError)
    finally:
        signal.signal(signal.SIGALRM, before)


def run_python(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


FORK = """
import os, sys
from b24delete import Client, LocalError, OAuth, Operation
client = Client(webhook=os.environ["WEBHOOK"], limits="off", operating="off")
run = client.delete_many(Operation.lead(id) for id in range(2, 10_000))
next(run), client.delete_lead(299)
child = os.fork()
if child == 0:
    print(client.delete_lead(300).status, flush=True)
    with client.delete_many([Operation.contact(1)]) as own:
        print([outcome.status for outcome in own], flush=True)
    try:
        next(run)
    except LocalError as error:
        print(error.description, flush=True)
    del run
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print(client.delete_contact(2).status)
for _ in range(100):
    next(run)
"""


def test_a_forked_child_has_a_client_and_not_the_run(portal: Emulator) -> None:
    done = run_python(FORK, WEBHOOK=portal.webhook)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "deleted",
        "['deleted']",
        "the run belongs to the process that forked this one",
        "deleted",
    ]


FORK_WHILE_OTHERS_WORK = """
import os, threading
from b24delete import Client, Operation
client = Client(webhook=os.environ["WEBHOOK"], limits="off", operating="off")
def work(first):
    for _ in client.delete_many(Operation.lead(id) for id in range(first, first + 20_000)): pass
for first in range(1, 5):
    threading.Thread(target=work, args=(first * 100_000,), daemon=True).start()
for contact in range(1, 11):
    child = os.fork()
    if child == 0:
        client.delete_contact(contact)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print("done")
"""


def test_a_fork_while_other_threads_are_in_the_engine_does_not_hang(portal: Emulator) -> None:
    done = run_python(FORK_WHILE_OTHERS_WORK, WEBHOOK=portal.webhook)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
    assert sum(execution["method"] == "crm.contact.delete" for execution in portal.executions()) == 10


ENDINGS = {
    "a run under way": "run = client.delete_many(operations()); next(run)",
    "a run in another thread": """
import threading, time
threading.Thread(target=lambda: list(client.delete_many(operations())), daemon=True).start()
time.sleep(0.2)""",
    "a slow source in another thread": """
import threading, time
def slow():
    yield Operation.lead(1)
    time.sleep(60)
threading.Thread(target=lambda: list(client.delete_many(slow())), daemon=True).start()
time.sleep(0.2)""",
    "a call in another thread": """
import threading, time
threading.Thread(target=lambda: client.delete_lead(1), daemon=True).start()
time.sleep(0.2)""",
    "tasks": """
import asyncio
async def main():
    client = AsyncClient(webhook=os.environ["WEBHOOK"], limits="off", operating="off")
    tasks = [asyncio.create_task(client.delete_lead(id)) for id in range(50)[1:]]
    await asyncio.sleep(0.01)
asyncio.run(main())""",
    "an event loop that is left alone": """
import asyncio
client = AsyncClient(webhook=os.environ["WEBHOOK"], limits="off", operating="off")
loop = asyncio.new_event_loop()
tasks = [loop.create_task(client.delete_lead(id)) for id in range(1, 50)]
loop.run_until_complete(asyncio.sleep(0.01))
loop.close()""",
}


@pytest.mark.parametrize("ending", ENDINGS)
@having(faults=[struck_by("stall", method="crm.lead.delete", where="after", seconds=20)], leads=100_000)
def test_the_end_of_the_interpreter_waits_for_nothing(portal: Emulator, ending: str) -> None:
    code = f"""
import os
from b24delete import AsyncClient, Client, Operation
client = Client(webhook=os.environ["WEBHOOK"], limits="off", operating="off")
def operations(): return (Operation.contact(id) for id in range(1, 1_000_000))
{ENDINGS[ending]}
"""
    started = time.monotonic()
    done = run_python(code, WEBHOOK=portal.webhook)
    assert time.monotonic() - started < 10
    assert done.returncode == 0, done.stderr


@having(leads=3_200)
def test_many_threads_share_a_client(portal: Emulator) -> None:
    client = Client(webhook=portal.webhook, **UNLIMITED)
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for lead_id in range(first, first + 50):
                assert client.delete_lead(lead_id).status == "deleted"
            rest = client.delete_many(Operation.lead(id) for id in range(first + 50, first + 100))
            assert {outcome.status for outcome in rest} == {"deleted"}
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(1 + 100 * number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(portal.executions()) == 3_200
