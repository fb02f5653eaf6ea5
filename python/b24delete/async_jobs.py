"""Jobs for asyncio."""

# The native half of a client is private to the package.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from b24delete import _native
from b24delete.event_loop import settling
from b24delete.feeder import Feeder
from b24delete.jobs import BaseJob

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterable, Callable, Iterable
    from typing import Any, SupportsIndex

    from typing_extensions import Self

    from b24delete._native import Operation
    from b24delete.async_client import AsyncClient
    from b24delete.values import RestoreSummary, Summary


class AsyncJob(BaseJob):
    """A job for asyncio: `Job` with `plan`, `run` and `restore` to be awaited. The rest only reads the file.

    >>> async def main():
    ...     async with AsyncClient(webhook=webhook) as client:
    ...         job = await AsyncJob.plan("cleanup.b24job", client, [Operation.lead(1), Operation.lead(2)])
    ...         return await job.run()
    >>> asyncio.run(main()).deleted
    2

    Cancelling a task ends its await at once, and running the job again goes on.
    """

    @classmethod
    async def plan(
        cls,
        path: str | os.PathLike[str],
        client: AsyncClient,
        operations: Iterable[Operation] | AsyncIterable[Operation],
        *,
        look: bool = False,
        backup: bool = False,
        if_unchanged: bool = False,
        expect: SupportsIndex | None = None,
        max_failures: SupportsIndex | str | None = None,
    ) -> Self:
        """Plans a job: see `Job.plan`. A plain iterable is pulled in the event loop."""
        options: _native.PlanOptions = {
            "look": look,
            "backup": backup,
            "if_unchanged": if_unchanged,
            "expect": expect,
            "max_failures": max_failures,
        }
        future, settle = settling()
        planning = _native.Job.start_plan(path, client._native, settle, options)
        feeder = Feeder(planning, operations)
        feeder.start()
        try:
            await future
        except asyncio.CancelledError as cancelled:
            cancelled.__cause__ = planning.cancel()
            raise
        except Exception:
            feeder.raise_failure()
            raise
        finally:
            feeder.stop()
        return cls._of(path, client)

    async def run(
        self,
        client: AsyncClient | None = None,
        *,
        on_progress: Callable[[Summary], object] | None = None,
        expect: SupportsIndex | None = None,
        max_failures: SupportsIndex | str | None = None,
        allow_absent: bool = False,
    ) -> Summary:
        """Runs the job, or goes on where it stopped: see `Job.run`. `on_progress` is called in the event loop."""
        options: _native.JobRunOptions = {
            "expect": expect,
            "max_failures": max_failures,
            "allow_absent": allow_absent,
        }
        progress = _Progress(on_progress)
        future, settle = settling()
        native = self._client_for(client)
        progress.working = self._job.start_run(native, settle, progress.tell, options)
        summary: Summary = await progress.wait(future)
        return summary

    async def restore(
        self,
        client: AsyncClient | None = None,
        *,
        on_progress: Callable[[RestoreSummary], object] | None = None,
    ) -> RestoreSummary:
        """Puts back what the job deleted: see `Job.restore`."""
        progress = _Progress(on_progress)
        future, settle = settling()
        native = self._client_for(client)
        progress.working = self._job.start_restore(native, settle, progress.tell)
        summary: RestoreSummary = await progress.wait(future)
        return summary


class _Progress:
    """What a task knows of its work."""

    working: _native.Working

    def __init__(self, on_progress: Callable[[Any], object] | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_progress = on_progress
        self._failure: Exception | None = None

    def tell(self, account: object) -> None:
        """Called by the engine, in a thread of its own."""
        # A loop that has been closed raises: nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._call, account)

    def _call(self, account: object) -> None:
        if self._on_progress is None or self._failure is not None:
            return
        try:
            self._on_progress(account)
        except Exception as error:
            self._failure = error
            self.working.end()

    async def wait(self, future: asyncio.Future[Any]) -> Any:
        """Waits for the end; the last account is told too."""
        try:
            account = await future
        except asyncio.CancelledError as cancelled:
            cancelled.__cause__ = self.working.cancel()
            raise
        self._call(account)
        if self._failure is not None:
            raise self._failure
        return account
