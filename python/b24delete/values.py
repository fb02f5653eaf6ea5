"""What a call or a run ends with."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any, Literal

    from b24delete._native import Operation
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


@dataclass(frozen=True)
class Waiting:
    """An event: nothing can be sent for a while."""

    reason: str
    """Why, in a few words for people."""
    seconds: float
    """For how long, as far as is known."""


@dataclass(frozen=True)
class Sending:
    """An event: a request is sent."""

    method: str
    """The REST method: `batch`, or the method of a single call."""
    operations: int
    """How many operations it carries."""
    lookup: bool
    """True when it only reads."""


@dataclass(frozen=True)
class Retrying:
    """An event: a request, or single operations of it, came to nothing and will be looked up or sent again."""

    operations: int
    """How many operations are concerned."""
    error: B24Error
    """What went wrong."""


Event = Union[Waiting, Sending, Retrying]
"""What a client tells while it works."""


@dataclass(frozen=True)
class JobOverview:
    """What a job is and how far it is."""

    name: str
    """Random name of the job, which restored records carry."""
    host: str
    """Host of the portal."""
    user_id: int | None
    """The user in whose name it was planned."""
    state: Literal["planned", "running", "finished", "aborted"]
    """How far it is. `running` also stands for a run that was interrupted; `aborted` for one that a rule or a refusal of
    the portal stopped. Both can go on."""
    created: datetime
    """When it was planned."""
    started: datetime | None
    """When its first run began."""
    finished: datetime | None
    """When its last operation got an outcome."""
    forgotten: datetime | None
    """When titles and copies were removed."""
    backup: bool
    """Whether records are copied before they go."""
    if_unchanged: bool
    """Whether records that were modified since the plan are spared."""
    operations: int
    """Different operations."""
    methods: Mapping[str, int]
    """How many of them go through each REST method."""
    duplicates: int
    """Operations that were given more than once and left out."""
    in_doubt: int
    """Operations that an earlier process may have sent and whose outcome is not known yet."""
    backups: int
    """Copies of records that it holds."""
    runs: int
    """How often it was run."""
    size: int
    """Bytes of the file."""
    summary: Summary
    """The last outcomes of all operations that have one; without time and reason."""
    head: str
    """Head of the hash chain. Who keeps it elsewhere can tell later whether the record was edited."""


@dataclass(frozen=True)
class PlanSummary:
    """What a plan found, in sums."""

    operations: int
    """Different operations."""
    duplicates: int
    """Operations that were given more than once and left out."""
    looked_at: int
    """Operations whose records were looked at."""
    not_visible: int
    """Those of them whose record is not there or hidden from the user: the portal does not tell which."""
    bindings: int
    """Bindings of leads that would go."""
    leads: int
    """Links between the contacts and leads that would go."""
    deals: int
    """Deals that use the contacts."""
    activities: int
    """Activities that would go."""
    shared_activities: int
    """Activities that would only lose a link."""


@dataclass(frozen=True)
class Planned:
    """One operation of a plan, with what was found about its record.

    What is `None` is not known: the plan did not look, or the portal did not tell.
    """

    seq: int
    """Its place among the operations, from 0."""
    operation: Operation
    """What is to be deleted."""
    visible: bool | None = None
    """False when the record is not there or hidden from the user: the portal does not tell which."""
    title: str | None = None
    """Title of a lead, name of a contact, as the portal has it: made harmless by nobody."""
    owner: int | None = None
    """The user who is responsible for the record."""
    created: str | None = None
    """When it was made, as the portal wrote it."""
    modified: str | None = None
    """When it was last changed, as the portal wrote it."""
    bindings: int | None = None
    """Bindings between leads and contacts that would go."""
    activities: int | None = None
    """Activities that would go."""
    shared_activities: int | None = None
    """Activities that would only lose a link."""
    deals: int | None = None
    """Deals that use a contact."""


@dataclass(frozen=True)
class Verification:
    """What a check of a job against its hash chain found."""

    findings: tuple[str, ...]
    """What does not fit, in words for people; empty when everything does."""
    head: str
    """The head, 64 hexadecimal digits."""
    entries: int
    """How many recorded outcomes were checked, with those that later runs replaced."""
    kept_head_run: int | None
    """The run after which the given head stood, from 1; 0 for the plan."""

    @property
    def is_intact(self) -> bool:
        """True when nothing was found."""
        return not self.findings


@dataclass(frozen=True)
class RestorePlan:
    """What a job can restore."""

    leads: int
    """Leads that were deleted, or may have been, and have a copy."""
    contacts: int
    """Contacts, likewise."""
    unlinked: int
    """Operations that took bindings off leads, likewise."""
    without_copy: int
    """Operations that deleted something of which there is no copy."""


@dataclass(frozen=True)
class RestoreSummary:
    """The account of one restore."""

    leads: int
    """Leads that were created anew."""
    contacts: int
    """Contacts that were created anew."""
    bindings: int
    """Bindings between leads and contacts that are as they were again."""
    present: int
    """Records that are still there, or there again under their old id."""
    earlier: int
    """Records and bindings that an earlier restore took care of."""
    failed: int
    """Records and bindings that could not be restored."""
    without_copy: int
    """Operations that deleted something of which there is no copy."""
    cancelled: bool
    """True when it was ended before its end."""
    losses: tuple[str, ...]
    """What does not return with the records that were created anew, in sentences."""


@dataclass(frozen=True)
class Restored:
    """What restores did about one record or binding."""

    what: Literal["lead", "contact", "binding"]
    """What it is."""
    lead_id: int | None
    """The lead's old id, if there is one."""
    contact_id: int | None
    """The contact's old id, if there is one."""
    status: Literal["restored", "failed", "unsettled"]
    """`unsettled`: it was sent, and the next restore looks up what came of it."""
    new_id: int | None
    """The record's id now."""
    error: B24Error | None
    """Why it could not be restored."""
