from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING, Any

import pytest
from portals import UNLIMITED, having, struck_by

from b24delete import AsyncClient, InvalidRequestError, LocalError, NotFoundError, Operation
from b24delete.testing import Emulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@having(links_per_lead=2)
def test_the_four_calls_can_be_awaited(portal: Emulator) -> None:
    async def main() -> None:
        async with AsyncClient(webhook=portal.webhook, **UNLIMITED) as client:
            assert (await client.delete_lead_contact(lead_id=1, contact_id=1)).status == "deleted"
            assert (await client.delete_lead_contact_items(2)).status == "deleted"
            assert (await client.delete_contact(3)).status == "deleted"
            assert (await client.delete_lead(4)).confirmed_by == "reply"
            with pytest.raises(NotFoundError):
                await client.delete_lead(4)
            with pytest.raises(InvalidRequestError):
                await client.delete_lead("4")  # type: ignore[arg-type]  # pyright: ignore
            with pytest.raises(InvalidRequestError, match="`deadline` is"):
                await client.delete_lead(5, deadline=-1)
        with pytest.raises(LocalError, match="the client is closed"):
            await client.delete_lead(5)

    asyncio.run(main())


@having(leads=1_000)
def test_a_thousand_calls_at_a_time(portal: Emulator) -> None:
    async def main() -> list[str]:
        async with AsyncClient(webhook=portal.webhook, **UNLIMITED) as client:
            deletions = await asyncio.gather(*(client.delete_lead(id) for id in range(1, 1_001)))
            return [deletion.status for deletion in deletions]

    assert asyncio.run(main()) == ["deleted"] * 1_000
    assert len(portal.executions()) == 1_000


@having(faults=[struck_by("stall", where="after", seconds=2)])
def test_a_cancelled_call_ends_at_once_and_says_what_may_have_happened(portal: Emulator) -> None:
    async def cancelled(lead_id: int) -> tuple[BaseException | None, float]:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        task = asyncio.create_task(client.delete_lead(lead_id))
        await asyncio.sleep(0.3)
        task.cancel()
        started = time.monotonic()
        try:
            await task
        except asyncio.CancelledError as cancelled:
            # Before Python 3.11, the task's own exception is the context of the one that arrives here.
            while cancelled.__cause__ is None and cancelled.__context__ is not None:
                cancelled = cancelled.__context__  # type: ignore[assignment]
            return cancelled.__cause__, time.monotonic() - started
        raise AssertionError("the task was not cancelled")

    took: list[float] = []
    for lead_id in [1, 2, 3]:
        cause, seconds = asyncio.run(cancelled(lead_id))
        took.append(seconds)
        assert isinstance(cause, LocalError)
        assert (cause.kind, cause.effect) == ("cancelled", "may_have_applied")
    # The best of three counts, as a machine under load is late at times.
    assert min(took) < 0.2
    assert len(portal.executions()) == 3


def test_a_call_that_is_cancelled_in_time_was_not_sent(portal: Emulator) -> None:
    async def main() -> BaseException | None:
        client = AsyncClient(webhook=portal.webhook, limits="1/0.01", operating="off")
        await client.delete_lead(1)
        try:
            await asyncio.wait_for(client.delete_lead(2), 0.1)
        except asyncio.TimeoutError as error:
            cause: BaseException | None = error
            while cause is not None and not isinstance(cause, LocalError):
                cause = cause.__cause__ or cause.__context__
            return cause
        raise AssertionError("there was no timeout")

    cause = asyncio.run(main())
    assert isinstance(cause, LocalError)
    assert (cause.kind, cause.effect) == ("cancelled", "not_sent")
    assert len(portal.executions()) == 1


async def every(ids: range, pause: float = 0) -> AsyncIterator[Operation]:
    for lead_id in ids:
        if pause:
            await asyncio.sleep(pause)
        yield Operation.lead(lead_id)


@pytest.mark.parametrize("kind", ["list", "generator", "asynchronous", "slow"])
def test_a_run_takes_any_iterable(portal: Emulator, kind: str) -> None:
    sources: dict[str, Any] = {
        "list": [Operation.lead(id) for id in range(1, 101)],
        "generator": (Operation.lead(id) for id in range(1, 101)),
        "asynchronous": every(range(1, 101)),
        "slow": every(range(1, 101), 0.002),
    }

    async def main() -> None:
        async with AsyncClient(webhook=portal.webhook, **UNLIMITED) as client:
            run = client.delete_many(sources[kind])
            seqs = {outcome.seq async for outcome in run}
            assert seqs == set(range(100))
            assert run.summary().deleted == 100
            assert "100 outcomes" in repr(run)
            assert [outcome async for outcome in run] == []

    asyncio.run(main())


def test_outcomes_come_while_the_source_waits(portal: Emulator) -> None:
    async def main() -> None:
        queue: asyncio.Queue[int | None] = asyncio.Queue()

        async def operations() -> AsyncIterator[Operation]:
            while (lead_id := await queue.get()) is not None:
                yield Operation.lead(lead_id)

        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        queue.put_nowait(1)
        async for outcome in client.delete_many(operations()):
            queue.put_nowait(outcome.lead_id + 1 if outcome.lead_id and outcome.lead_id < 5 else None)

    asyncio.run(asyncio.wait_for(main(), 10))
    assert len(portal.executions()) == 5


@pytest.mark.parametrize("is_asynchronous", [True, False])
def test_an_exception_of_the_source_comes_unchanged(portal: Emulator, is_asynchronous: bool) -> None:
    failure = ValueError("no more")

    async def asynchronous() -> AsyncIterator[Operation]:
        yield Operation.lead(1)
        raise failure

    def plain() -> Iterator[Operation]:
        yield Operation.lead(1)
        raise failure

    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        run = client.delete_many(asynchronous() if is_asynchronous else plain())
        outcomes = []
        with pytest.raises(ValueError, match="no more") as caught:
            async for outcome in run:
                outcomes.append(outcome)
        assert caught.value is failure
        assert len(outcomes) == run.summary().total == 1
        assert run.summary().stopped_by == "source"

    asyncio.run(main())


def test_what_is_no_operation_stops_the_run(portal: Emulator) -> None:
    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        run = client.delete_many([Operation.lead(1), 2])  # type: ignore[list-item]  # pyright: ignore
        with pytest.raises(InvalidRequestError, match="`int` is not an operation"):
            [outcome async for outcome in run]
        with pytest.raises(TypeError):
            client.delete_many(5)  # type: ignore[arg-type]  # pyright: ignore

    asyncio.run(main())


@pytest.mark.parametrize("is_asynchronous", [False, True])
@pytest.mark.parametrize("stop_after", [1, 60])
def test_a_stopped_run_gives_everything_that_was_pulled_its_outcome(
    portal: Emulator, is_asynchronous: bool, stop_after: int
) -> None:
    pulled: list[Operation] = []

    def plain() -> Iterator[Operation]:
        for lead_id in range(1, 10_000):
            pulled.append(Operation.lead(lead_id))
            yield pulled[-1]

    async def asynchronous() -> AsyncIterator[Operation]:
        for operation in plain():
            yield operation

    async def main() -> None:
        async with AsyncClient(webhook=portal.webhook, **UNLIMITED) as client:
            run = client.delete_many(asynchronous() if is_asynchronous else plain())
            outcomes = []
            async for outcome in run:
                outcomes.append(outcome)
                if len(outcomes) == stop_after:
                    run.cancel()
            outcomes.sort(key=lambda outcome: outcome.seq)
            assert [outcome.operation for outcome in outcomes] == pulled
            assert [outcome.seq for outcome in outcomes] == list(range(len(pulled)))
            assert outcomes[-1].status == "not_run"
            summary = run.summary()
            assert (summary.total, summary.stopped_by) == (len(pulled), "cancelled")

    asyncio.run(main())


@pytest.mark.parametrize("is_asynchronous", [False, True])
def test_leaving_early_counts_everything_that_was_pulled(portal: Emulator, is_asynchronous: bool) -> None:
    ids = iter(range(1, 10_000))

    async def asynchronous() -> AsyncIterator[Operation]:
        for id in ids:
            yield Operation.lead(id)

    async def main() -> None:
        async with AsyncClient(webhook=portal.webhook, **UNLIMITED) as client:
            source = asynchronous() if is_asynchronous else (Operation.lead(id) for id in ids)
            async with client.delete_many(source) as run:
                async for _ in run:
                    break
            assert run.summary().total + 1 == next(ids)

    asyncio.run(main())


@having(faults=[struck_by("stall", method="batch", where="after", seconds=0.3)])
def test_leaving_early_sees_the_pack_on_the_wire_through(portal: Emulator) -> None:
    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        async with client.delete_many(every(range(1, 300))) as run:
            async for _ in run:
                break
        summary = run.summary()
        assert summary.stopped_by == "cancelled"
        assert summary.deleted == len(portal.executions())
        assert summary.unknown == 0
        assert 1 + len([outcome async for outcome in run]) == summary.total

    asyncio.run(main())


@having(faults=[struck_by("stall", method="batch", where="after", seconds=2)])
def test_a_cancelled_task_ends_its_run_at_once(portal: Emulator) -> None:
    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        causes: list[BaseException | None] = []

        async def work() -> None:
            async with client.delete_many(every(range(1, 300))) as run:
                try:
                    async for _ in run:
                        pass
                except asyncio.CancelledError as cancelled:
                    causes.append(cancelled.__cause__)
                    raise

        task = asyncio.create_task(work())
        await asyncio.sleep(0.3)
        task.cancel()
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        # Half of what the answer takes: room for a machine under load.
        assert time.monotonic() - started < 1
        (cause,) = causes
        assert isinstance(cause, LocalError)
        assert (cause.kind, cause.effect) == ("cancelled", "may_have_applied")

    asyncio.run(main())


def test_a_forgotten_run_ends(portal: Emulator) -> None:
    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        run = client.delete_many(every(range(1, 100_000)))
        await run.__anext__()
        del run
        gc.collect()
        await asyncio.sleep(0.3)
        before = len(portal.executions())
        await asyncio.sleep(0.2)
        assert len(portal.executions()) == before
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_one_task_waits_at_a_time(portal: Emulator) -> None:
    async def main() -> None:
        client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
        run = client.delete_many(every(range(1, 3), 0.2))
        first = asyncio.create_task(run.__anext__())
        await asyncio.sleep(0.05)
        with pytest.raises(RuntimeError, match="another task waits"):
            await run.__anext__()
        assert (await first).status == "deleted"
        run.cancel()

    asyncio.run(main())


def test_a_client_serves_one_event_loop_after_another(portal: Emulator) -> None:
    client = AsyncClient(webhook=portal.webhook, **UNLIMITED)
    assert asyncio.run(client.delete_lead(1)).status == "deleted"
    assert asyncio.run(client.delete_lead(2)).status == "deleted"
