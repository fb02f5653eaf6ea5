"""The task that feeds a run in an event loop with operations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from typing import TYPE_CHECKING

from b24delete.event_loop import settling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from b24delete import _native
    from b24delete._native import Operation

_LARGEST_CHUNK = 256
"""The most operations that are handed over at a time."""
_LONGEST = 0.001
"""Operations are collected for so many seconds at most."""


class Feeder:
    """Pulls operations as the engine wants them, and hands over what there is as soon as the source waits."""

    def __init__(
        self,
        native: _native.AsyncRun | _native.Planning,
        operations: Iterable[Operation] | AsyncIterable[Operation],
    ) -> None:
        self._native = native
        self._plain: Iterator[Operation] | None = None
        """Until there is nothing more in it."""
        self._asynchronous: AsyncIterator[Operation] | None = None
        if isinstance(operations, AsyncIterable):
            self._asynchronous = operations.__aiter__()
        else:
            self._plain = iter(operations)
        self._pulled: list[Operation] = []
        self._may_hand_over = False
        self._failure: Exception | None = None
        self._is_failure_news = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to pull, the first time."""
        if self._task is None:
            self._task = asyncio.create_task(self._feed())

    def pull(self) -> bool:
        """Pulls from a plain iterable, when more is wanted or there is room; false when there is no more."""
        operations, self._plain = self._plain, None
        if operations is None:
            return False
        try:
            if self._native.pull(operations):
                self._plain = operations
        except Exception as error:
            self._failure = error
        finally:
            if self._plain is None:
                self._native.end()
        return self._plain is not None

    def stop(self) -> None:
        """Pulls no more, and hands over what was pulled."""
        self._plain = None
        if self._task is not None:
            self._task.cancel()
        self._give_back()

    def raise_failure(self) -> None:
        """Raises, once, what the source raised."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    async def _feed(self) -> None:
        try:
            if self._asynchronous is None:
                await self._feed_plain()
            else:
                await self._feed_asynchronous(self._asynchronous)
        except Exception as error:
            self._failure = error
        finally:
            self._give_back()
            self._native.end()

    async def _feed_plain(self) -> None:
        while await self._is_wanted() and self.pull():
            pass

    async def _feed_asynchronous(self, operations: AsyncIterator[Operation]) -> None:
        has_more = True
        while (has_more or self._pulled or self._is_failure_news) and await self._is_wanted():
            self._may_hand_over = True
            has_more = has_more and await self._collect(operations)
            self._hand_over()

    async def _is_wanted(self) -> bool:
        future, settle = settling()
        self._native.wanted(settle)
        answer: bool = await future
        return answer

    async def _collect(self, operations: AsyncIterator[Operation]) -> bool:
        """Pulls operations until some should be handed over; false when there are no more."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        if self._pulled:
            loop.call_soon(self._hand_over)
        try:
            while self._may_hand_over and len(self._pulled) < _LARGEST_CHUNK:
                item = await operations.__anext__()
                if not self._pulled:
                    # The loop gets to it when the source waits for something.
                    loop.call_soon(self._hand_over)
                self._pulled.append(item)
                if loop.time() - started > _LONGEST:
                    break
        except StopAsyncIteration:
            return False
        except Exception as error:
            self._failure, self._is_failure_news = error, True
            return False
        return True

    def _hand_over(self) -> None:
        if self._may_hand_over and (self._pulled or self._is_failure_news):
            self._may_hand_over = self._is_failure_news = False
            self._give(self._failure)

    def _give_back(self) -> None:
        """Hands over what a run that takes no more did not want: it has an outcome too."""
        if self._pulled:
            self._give(None)

    def _give(self, failure: Exception | None) -> None:
        pulled, self._pulled = self._pulled, []
        try:
            self._native.feed(pulled, failure)
        except Exception as error:
            self._failure = error
