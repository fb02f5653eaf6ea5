"""The client for asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from b24delete._native import Operation
from b24delete.async_run import AsyncRun
from b24delete.client import BaseClient
from b24delete.event_loop import settling

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable
    from types import TracebackType
    from typing import Any, SupportsIndex

    from typing_extensions import Self

    from b24delete import _native
    from b24delete.values import Deletion


class AsyncClient(BaseClient):
    """Deletes on one portal, for asyncio: `Client` with calls to be awaited.

    >>> async def main():
    ...     async with AsyncClient(webhook=webhook) as client:
    ...         return await client.delete_contact(1)
    >>> asyncio.run(main())
    Deletion(status='deleted', confirmed_by='reply', attempts=1, time=PortalTime(...))

    Cancelling a task ends its await at once. The cause of the `CancelledError` is our own error, whose `effect` says
    whether the delete may have happened; a request on the wire is seen through.
    """

    async def delete_lead(self, lead_id: SupportsIndex, *, deadline: float | None = None) -> Deletion:
        """Deletes a lead: see `Client.delete_lead`."""
        return await self._delete(Operation.lead(lead_id), deadline)

    async def delete_contact(self, contact_id: SupportsIndex, *, deadline: float | None = None) -> Deletion:
        """Deletes a contact: see `Client.delete_contact`."""
        return await self._delete(Operation.contact(contact_id), deadline)

    async def delete_lead_contact(
        self, *, lead_id: SupportsIndex, contact_id: SupportsIndex, deadline: float | None = None
    ) -> Deletion:
        """Takes one contact off a lead: see `Client.delete_lead_contact`."""
        operation = Operation.lead_contact(lead_id=lead_id, contact_id=contact_id)
        return await self._delete(operation, deadline)

    async def delete_lead_contact_items(
        self, lead_id: SupportsIndex, *, deadline: float | None = None
    ) -> Deletion:
        """Takes all contacts off a lead: see `Client.delete_lead_contact_items`."""
        return await self._delete(Operation.lead_contact_items(lead_id), deadline)

    async def _delete(self, operation: Operation, deadline: float | None) -> Deletion:
        future, settle = settling()
        call = self._native.start(operation, settle, deadline)
        try:
            deletion: Deletion = await future
        except asyncio.CancelledError as cancelled:
            cancelled.__cause__ = call.cancel()
            raise
        return deletion

    def delete_many(
        self,
        operations: Iterable[Operation] | AsyncIterable[Operation],
        *,
        max_failures: SupportsIndex | str | None = None,
        stop_if_first_absent: SupportsIndex | None = None,
    ) -> AsyncRun:
        """Carries out many operations in packs and gives one outcome for each: see `Client.delete_many`.

        An asynchronous iterable is pulled while outcomes are awaited. A plain one is pulled in the event loop.

        >>> async def main():
        ...     async with AsyncClient(webhook=webhook) as client:
        ...         async with client.delete_many([Operation.lead(1), Operation.lead(2)]) as run:
        ...             return [outcome.status async for outcome in run]
        >>> asyncio.run(main())
        ['deleted', 'deleted']
        """
        return AsyncRun(self._native.async_run(max_failures, stop_if_first_absent), operations)

    async def log_in(self, code: str) -> None:
        """Exchanges the code of the redirect for tokens: see `Client.log_in`."""
        future, settle = settling()
        await self._see(self._native.start_log_in(code, settle), future)

    async def refresh(self) -> None:
        """Renews the access token although it may still be good: see `Client.refresh`."""
        future, settle = settling()
        await self._see(self._native.start_refresh(settle), future)

    async def _see(self, working: _native.Working, future: asyncio.Future[Any]) -> None:
        try:
            await future
        except asyncio.CancelledError as cancelled:
            cancelled.__cause__ = working.cancel()
            raise

    async def close(self) -> None:
        """Lets connections go; calls after it raise `LocalError`."""
        self._native.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
