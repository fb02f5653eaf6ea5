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

# `typing` would take longer to import than all that is imported here. Checkers go by the name.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from b24delete.async_client import AsyncClient
    from b24delete.async_jobs import AsyncJob
    from b24delete.async_run import AsyncRun
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


# What these modules import in their turn, such as `asyncio` and `dataclasses`, takes far longer than all the rest: only
# who uses them waits.
_IMPORTED_LATER = {
    "async_client": ("AsyncClient",),
    "async_jobs": ("AsyncJob",),
    "async_run": ("AsyncRun",),
    "jobs": ("Job",),
    "options": ("ClientOptions", "Limits", "OAuth", "TokenStore"),
    "values": (
        "Deletion",
        "Event",
        "JobOverview",
        "PlanSummary",
        "Planned",
        "PortalTime",
        "RestorePlan",
        "RestoreSummary",
        "Restored",
        "Retrying",
        "Sending",
        "Summary",
        "Verification",
        "Waiting",
    ),
}


if not TYPE_CHECKING:  # or checkers would take any name for an attribute

    def __getattr__(name: str) -> object:
        from importlib import import_module

        for module, names in _IMPORTED_LATER.items():
            if name in names:
                value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
