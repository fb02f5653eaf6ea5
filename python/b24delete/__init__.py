"""Deletes Bitrix24 CRM leads, contacts and lead-contact bindings, with one verified outcome per operation.

>>> from b24delete import Client, Operation
>>> client = Client(webhook=webhook)
>>> client.delete_lead(1).status
'deleted'
>>> with client.delete_many(Operation.lead(id) for id in range(2, 5)) as run:
...     [outcome.status for outcome in run]
['deleted', 'deleted', 'deleted']
>>> run.summary().deleted
3
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from b24delete import _native
from b24delete._native import Operation, Outcome, Run
from b24delete.client import Client
from b24delete.errors import (
    AccessDeniedError,
    AuthError,
    B24Error,
    InvalidRequestError,
    LimitError,
    LocalError,
    NotFoundError,
    OutcomeUnknownError,
    PortalError,
    TransportError,
)
from b24delete.jobs import Job
from b24delete.options import ClientOptions, Limits, OAuth, TokenStore
from b24delete.values import (
    Deletion,
    Event,
    JobOverview,
    Planned,
    PlanSummary,
    PortalTime,
    Restored,
    RestorePlan,
    RestoreSummary,
    Retrying,
    Sending,
    Summary,
    Verification,
    Waiting,
)

if TYPE_CHECKING:
    from b24delete.async_client import AsyncClient
    from b24delete.async_jobs import AsyncJob
    from b24delete.async_run import AsyncRun

__all__ = [
    "AccessDeniedError",
    "AsyncClient",
    "AsyncJob",
    "AsyncRun",
    "AuthError",
    "B24Error",
    "Client",
    "ClientOptions",
    "Deletion",
    "Event",
    "InvalidRequestError",
    "Job",
    "JobOverview",
    "LimitError",
    "Limits",
    "LocalError",
    "NotFoundError",
    "OAuth",
    "Operation",
    "Outcome",
    "OutcomeUnknownError",
    "PlanSummary",
    "Planned",
    "PortalError",
    "PortalTime",
    "RestorePlan",
    "RestoreSummary",
    "Restored",
    "Retrying",
    "Run",
    "Sending",
    "Summary",
    "TokenStore",
    "TransportError",
    "Verification",
    "Waiting",
]

# No thread of the engine may be within Python when the interpreter ends.
atexit.register(_native.shut_down)


def __getattr__(name: str) -> object:
    # asyncio takes longer to import than all the rest: only who uses it waits for it.
    if name == "AsyncClient":
        from b24delete.async_client import AsyncClient

        return AsyncClient
    if name == "AsyncJob":
        from b24delete.async_jobs import AsyncJob

        return AsyncJob
    if name == "AsyncRun":
        from b24delete.async_run import AsyncRun

        return AsyncRun
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
