"""A run in an event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from b24delete.event_loop import settling
from b24delete.feeder import Feeder

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Iterable
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

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Outcome:
        while not self._ready:
            self._feeder.start()
            if not await self._wait(self._native.wait):
                self._feeder.stop()
                self._feeder.raise_failure()
                raise StopAsyncIteration
            self._ready.extend(self._native.take())
        return self._ready.popleft()

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
