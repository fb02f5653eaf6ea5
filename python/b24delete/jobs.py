"""Jobs: many operations with their plan, journal and record in one file."""

# The native half of a client is private to the package.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import os
from typing import TYPE_CHECKING, overload

from b24delete import _native
from b24delete.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Literal, SupportsIndex

    from _typeshed import SupportsWrite
    from typing_extensions import Self, TypeAlias

    from b24delete._native import Operation, Outcome
    from b24delete.client import BaseClient, Client
    from b24delete.values import (
        JobOverview,
        Planned,
        PlanSummary,
        Restored,
        RestorePlan,
        RestoreSummary,
        Summary,
        Verification,
    )

    ReportForm: TypeAlias = Literal["text", "csv", "jsonl", "html"]


class BaseJob:
    """What both kinds of job have in common: what they tell of themselves, which is read from the file."""

    _job: _native.Job
    _client: BaseClient | None
    _path: str

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Opens a job that was planned before.

        Raises `LocalError` of kind `job` when the file is missing, of another program, damaged or of a newer version.
        """
        return cls._of(path, None)

    @classmethod
    def _of(cls, path: str | os.PathLike[str], client: BaseClient | None) -> Self:
        job = cls.__new__(cls)
        job._job = _native.Job.open(path)
        job._client = client
        job._path = os.fspath(path)
        return job

    @property
    def path(self) -> str:
        """The file."""
        return self._path

    def overview(self) -> JobOverview:
        """Tells what the job is and how far it is, also while another process runs it."""
        return self._job.overview()

    def plan_summary(self) -> PlanSummary:
        """Tells what the plan found, in sums: for a plan that looked."""
        return self._job.plan_summary()

    def planned(self) -> Iterator[Planned]:
        """Gives every operation in its order, with what a plan that looked found about its record.

        >>> job = Job.plan("planned.b24job", client, [Operation.lead(1)], look=True)
        >>> [(planned.operation, planned.visible, planned.title) for planned in job.planned()]
        [(Operation.lead(1), True, '...: request no. 1')]
        """
        return self._job.planned()

    def outcomes(self) -> Iterator[Outcome]:
        """Gives the last outcome of every operation that has one, in the order of the operations."""
        return self._job.outcomes()

    def verify(self, head: str | None = None) -> Verification:
        """Checks plan and record against their hash chain, and against a head that was kept elsewhere."""
        return self._job.verify(head)

    @overload
    def report(self, form: ReportForm = ..., *, to: None = ...) -> str: ...
    @overload
    def report(self, form: ReportForm = ..., *, to: SupportsWrite[str]) -> None: ...
    def report(self, form: ReportForm = "text", *, to: SupportsWrite[str] | None = None) -> str | None:
        """Returns the account of the job: the counts for people, a line per operation, or a page with all of it.

        With `to`, a text file, it is written there as it is made: that of a million operations need not fit into memory.

        >>> job = Job.plan("report.b24job", client, [Operation.lead(1)])
        >>> summary = job.run()
        >>> with open("report.csv", "w", encoding="utf-8", newline="") as file:
        ...     job.report("csv", to=file)
        """
        return self._job.report(form, to)

    def restore_plan(self) -> RestorePlan:
        """Tells what `restore` could put back."""
        return self._job.restore_plan()

    def restored(self) -> Iterator[Restored]:
        """Gives what restores did, record by record and binding by binding: the map from old ids to new ones."""
        return self._job.restored()

    def forget(self) -> None:
        """Removes titles and copies for good. Ids and outcomes stay; nothing can be restored any more."""
        self._job.forget()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path!r}>"

    def _client_for(self, client: BaseClient | None) -> _native.Client:
        chosen = client or self._client
        if chosen is None:
            raise InvalidRequestError(
                "the job was opened from its file: `client` is needed (invalid_argument)",
                kind="invalid_argument",
                effect="not_sent",
                description="the job was opened from its file: `client` is needed",
            )
        return chosen._native


class Job(BaseJob):
    """A job: a file (`*.b24job`) that is plan, journal, backup and record of many deletes.

    What is about to be sent stands in it before it is sent. A process that is killed loses no outcome: running the job
    again settles what was on the wire and goes on.

    >>> job = Job.plan("cleanup.b24job", client, [Operation.lead(1), Operation.lead(2), Operation.lead(2)])
    >>> job.overview().operations, job.overview().duplicates
    (2, 1)
    >>> summary = job.run(on_progress=lambda summary: print(summary.total, "done"))
    2 done...
    >>> summary.deleted
    2
    >>> [outcome.status for outcome in Job.open("cleanup.b24job").outcomes()]
    ['deleted', 'deleted']
    >>> job.verify().is_intact
    True
    """

    @classmethod
    def plan(
        cls,
        path: str | os.PathLike[str],
        client: Client,
        operations: Iterable[Operation],
        *,
        look: bool = False,
        backup: bool = False,
        if_unchanged: bool = False,
        expect: SupportsIndex | None = None,
        max_failures: SupportsIndex | str | None = None,
    ) -> Self:
        """Plans a job: makes its file, which must not exist yet. Nothing is deleted.

        Operations that are given more than once are carried out once. `look` looks at every record, for `plan_summary`.
        `backup` keeps a copy of every record before it goes, for `restore`. `if_unchanged` spares records that were
        modified since the plan. `expect` refuses any other number of operations. `max_failures` stops a run as in
        `Client.delete_many`. A plan that is not completed leaves no file.
        """
        options: _native.PlanOptions = {
            "look": look,
            "backup": backup,
            "if_unchanged": if_unchanged,
            "expect": expect,
            "max_failures": max_failures,
        }
        _native.Job.plan(path, client._native, operations, options)
        return cls._of(path, client)

    def run(
        self,
        client: Client | None = None,
        *,
        on_progress: Callable[[Summary], object] | None = None,
        expect: SupportsIndex | None = None,
        max_failures: SupportsIndex | str | None = None,
        allow_absent: bool = False,
    ) -> Summary:
        """Runs the job, or goes on where it stopped, and returns the account of this run.

        A job that was opened needs a `client`; one that was planned here has one. `on_progress` is called in this thread
        as outcomes become final; its exception ends the run in good order. `max_failures` counts instead of what the
        plan says; `allow_absent` goes on even when the first answers are all `absent`.

        Raises `LocalError` of kind `job`, before anything is sent, when another process runs the job, it was planned for
        another portal, or `expect` is not met.

        Ctrl-C ends it at once, and running the job again goes on. In the same process that is possible as soon as the
        pack on the wire has been seen through.
        """
        options: _native.JobRunOptions = {
            "expect": expect,
            "max_failures": max_failures,
            "allow_absent": allow_absent,
        }
        return self._job.run(self._client_for(client), on_progress, options)

    def restore(
        self,
        client: Client | None = None,
        *,
        on_progress: Callable[[RestoreSummary], object] | None = None,
    ) -> RestoreSummary:
        """Puts back what the job deleted, or goes on where an earlier restore stopped.

        Bindings return as they were; leads and contacts return with new ids, from copies only (`backup=True`). What does
        not return is listed in `losses`.
        """
        return self._job.restore(self._client_for(client), on_progress)
