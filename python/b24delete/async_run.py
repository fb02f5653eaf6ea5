"""A run in an event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from b24delete.event_loop import settling
from b24delete.feeder import Feeder

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from b24delete import _native
    from b24delete._native import Operation, Outcome
    from b24delete.values import Summary


class AsyncRun:
    """A run over many operations: `Run` with outcomes to be awaited.

    Nothing is pulled from the operations before the first outcome is asked for. An exception of theirs is raised
    unchanged, after the outcomes of the operations before it.

    Leaving the block early cancels what is left over and waits until the pack on the wire has been seen through; the
    outcomes that are still to come can be had by iterating on. A task that is cancelled cancels its run without waiting.
    """

    def __init__(
        self, native: _native.AsyncRun, operations: Iterable[Operation] | AsyncIterable[Operation]
    ) -> None:
        self._native = native
        self._feeder = Feeder(native, operations)
        self._ready: deque[Outcome] = deque()
        self._is_waiting = False

    async def __aiter__(self) -> AsyncIterator[Outcome]:
        # A generator gives them faster than `__anext__`, which is a coroutine each time.
        ready = self._ready
        while ready or await self._has_more():
            yield ready.popleft()

    async def __anext__(self) -> Outcome:
        if self._ready or await self._has_more():
            return self._ready.popleft()
        raise StopAsyncIteration

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._native.cancel()
        self._feeder.stop()
        if exception is None or isinstance(exception, Exception):
            await self._wait(self._native.finish)
            self._leave_out()

    def __del__(self) -> None:
        # The feeder keeps the native half alive: without this, nobody would end a run that is forgotten.
        self._native.cancel()

    def cancel(self) -> None:
        """Sends nothing more. What is on the wire is seen through; what was pulled and not sent becomes `not_run`."""
        self._native.cancel()

    def summary(self) -> Summary:
        """Returns the account so far; it is final when there are no more outcomes."""
        return self._native.summary()

    def __repr__(self) -> str:
        summary = self.summary()
        return f"<AsyncRun: {summary.total} outcomes, {summary.requests} requests>"

    async def _has_more(self) -> bool:
        """Waits for outcomes; false at the end."""
        while not self._ready:
            self._feeder.start()
            if not await self._wait(self._native.wait):
                self._leave_out()
                if not self._ready:
                    self._feeder.raise_failure()
                    return False
                break
            self._ready.extend(self._native.take())
            # The loop is awake now, and to be woken for it costs more.
            while self._native.has_room() and self._feeder.pull():
                pass
        return True

    def _leave_out(self) -> None:
        """Gives what was pulled for the run, and not by it before it ended, its outcome."""
        self._feeder.stop()
        self._ready.extend(self._native.leave_out())

    async def _wait(self, start: Callable[[Callable[[Any, Any], None]], None]) -> bool:
        if self._is_waiting:
            raise RuntimeError("another task waits for outcomes of this run already")
        self._is_waiting = True
        try:
            future, settle = settling()
            start(settle)
            answer: bool = await future
        except asyncio.CancelledError as cancelled:
            cancelled.__cause__ = self._native.interrupt()
            raise
        finally:
            self._is_waiting = False
        return answer
