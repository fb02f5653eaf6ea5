"""What a call or a run ends with."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Literal

    from b24delete.errors import B24Error

_FORMAT_VERSION = 1


@dataclass(frozen=True)
class PortalTime:
    """The portal's account of the time a call took; its composition varies by method.

    Instants are Unix seconds by the portal's clock, which is not ours; durations are seconds.
    """

    start: float | None = None
    """When the portal began."""
    finish: float | None = None
    """When the portal finished."""
    duration: float | None = None
    """`finish` minus `start`."""
    processing: float | None = None
    """Time of the method itself."""
    date_start: str | None = None
    """`start` as ISO 8601."""
    date_finish: str | None = None
    """`finish` as ISO 8601."""
    operating: float | None = None
    """Execution time of this method in the last ten minutes."""
    operating_reset_at: float | None = None
    """When the oldest part of `operating` is forgotten."""


@dataclass(frozen=True)
class Deletion:
    """The answer of a single call that found nothing wrong."""

    status: Literal["deleted", "absent"]
    """`deleted`, or `absent` when the contact was not linked to the lead."""
    confirmed_by: Literal["reply", "lookup"]
    """What the status rests on: the answer to the delete, or a look at the portal after the answer was lost."""
    attempts: int = 1
    """How often the delete was sent in a way that could have executed it."""
    time: PortalTime | None = None
    """The portal's account of the time it took, where the reply had one."""


@dataclass(frozen=True)
class Summary:
    """The account of a run: the sum of the five counts is `total`."""

    total: int
    """Outcomes so far."""
    deleted: int
    """Deleted, by reply or by lookup."""
    deleted_by_lookup: int
    """Those of `deleted` that rest on a lookup."""
    absent: int
    """Nothing to delete."""
    failed: int
    """Refused for good."""
    unknown: int
    """Could not be settled."""
    not_run: int
    """Not carried out."""
    requests: int
    """HTTP requests sent, with lookups and repeats."""
    seconds: float
    """Time since the run began."""
    stopped_by: str | None
    """What stopped the run before its end: `cancelled`, `max_failures`, `all_absent`, `source`, or the kind of the
    portal's refusal."""
    error: B24Error | None = None
    """The error behind the stop, where there is one."""

    @property
    def is_clean(self) -> bool:
        """True when every operation is deleted or was absent."""
        return self.failed + self.unknown + self.not_run == 0 and self.stopped_by is None

    def to_dict(self) -> dict[str, Any]:
        """What the command prints as a line of JSON."""
        counts = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "error"}
        return {"v": _FORMAT_VERSION, "type": "summary", **counts}
