"""The client whose calls block."""

from __future__ import annotations

from b24delete import _native
from b24delete._native import Operation, Run

TYPE_CHECKING = False  # see `b24delete`

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import SupportsIndex

    from typing_extensions import Self, Unpack

    from b24delete.options import ClientOptions
    from b24delete.values import Deletion


class BaseClient:
    """What both clients have in common."""

    _native: _native.Client

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        self._native = _native.Client(options)

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """Makes a client for the portal that the environment names.

        It reads `B24_WEBHOOK`, or `B24_REST` and the variables of an application, as the command does.
        """
        client = cls.__new__(cls)
        client._native = _native.Client.from_env(options)
        return client

    @classmethod
    def from_profile(cls, name: str, **options: Unpack[ClientOptions]) -> Self:
        """Makes a client for the portal of that name in the user's file of profiles, as the command does."""
        client = cls.__new__(cls)
        client._native = _native.Client.from_profile(name, options)
        return client

    @property
    def host(self) -> str:
        """Host of the portal, and its port where it is not the usual one."""
        return self._native.host

    @property
    def user_id(self) -> int | None:
        """The user in whose name calls are made.

        A webhook names it; an application learns it when it logs in or renews its token.
        """
        return self._native.user_id

    def authorize_url(self, state: str) -> str:
        """Returns the portal's page where a user lets the application in, to be opened in a browser.

        The portal then redirects to the address in the application's settings, with `code` and this `state` in the
        query: compare the state, and give the code to `log_in`.
        """
        return self._native.authorize_url(state)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._native!r}>"


class Client(BaseClient):
    """Deletes on one portal. Threads may share it; its calls share the portal's limits.

    The options are those of `ClientOptions`, and one of `webhook` and `oauth` is needed. A value that makes no sense
    raises `LocalError` of kind `config` before anything is sent.

    >>> client = Client(webhook=webhook, limits="standard", request_timeout=150.0)
    >>> client
    <Client of 127.0.0.1:..., user 1>
    >>> client.delete_lead(1)
    Deletion(status='deleted', confirmed_by='reply', attempts=1, time=PortalTime(...))

    Ctrl-C ends a call at once. The cause of the `KeyboardInterrupt` is our own error, whose `effect` says whether the
    delete may have happened; a request on the wire is seen through.

    A child process made by `fork` can use a client of its parent: it opens connections of its own, and counts the
    portal's limits on its own.
    """

    def delete_lead(self, lead_id: SupportsIndex, *, deadline: float | None = None) -> Deletion:
        """Deletes a lead: `crm.lead.delete`.

        `deadline` bounds the call with all its waits, in seconds: it then ends in the limit's error or in
        `OutcomeUnknownError`. So for the other three. Raises `NotFoundError` when there is no such lead, else any
        `B24Error`; its `effect` says what may have happened.
        """
        return self._native.delete(Operation.lead(lead_id), deadline)

    def delete_contact(self, contact_id: SupportsIndex, *, deadline: float | None = None) -> Deletion:
        """Deletes a contact: `crm.contact.delete`. The portal may take 100 seconds."""
        return self._native.delete(Operation.contact(contact_id), deadline)

    def delete_lead_contact(
        self, *, lead_id: SupportsIndex, contact_id: SupportsIndex, deadline: float | None = None
    ) -> Deletion:
        """Takes one contact off a lead: `crm.lead.contact.delete`.

        The status is `absent` when it was not linked. Raises `NotFoundError` when there is no such lead.
        """
        operation = Operation.lead_contact(lead_id=lead_id, contact_id=contact_id)
        return self._native.delete(operation, deadline)

    def delete_lead_contact_items(self, lead_id: SupportsIndex, *, deadline: float | None = None) -> Deletion:
        """Takes all contacts off a lead: `crm.lead.contact.items.delete`."""
        return self._native.delete(Operation.lead_contact_items(lead_id), deadline)

    def delete_many(
        self,
        operations: Iterable[Operation],
        *,
        max_failures: SupportsIndex | str | None = None,
        stop_if_first_absent: SupportsIndex | None = None,
    ) -> Run:
        """Carries out many operations in packs and gives one outcome for each as it becomes final.

        It never raises for one operation. `max_failures` stops the run when more operations fail or stay unknown: a
        count, or a share of the outcomes such as `"5%"`. `stop_if_first_absent` stops it when so many first answers are
        all `absent`: most likely the wrong portal.

        >>> with client.delete_many(Operation.contact(id) for id in [1, 2, 999]) as run:
        ...     for outcome in run:
        ...         print(outcome.contact_id, outcome.status, outcome.error and outcome.error.kind)
        1 deleted None
        2 deleted None
        999 absent not_found
        >>> run.summary().is_clean
        True
        """
        return self._native.run(operations, max_failures, stop_if_first_absent)

    def log_in(self, code: str) -> None:
        """Exchanges the code of the redirect for tokens and keeps them in the store: see `authorize_url`.

        A code lives 30 seconds. Raises `AuthError` of kind `refresh_failed` when the server refuses it, and `LocalError`
        of kind `config` for a client with a webhook.
        """
        self._native.log_in(code)

    def refresh(self) -> None:
        """Renews the access token although it may still be good. Calls do that by themselves when it is needed."""
        self._native.refresh()

    def close(self) -> None:
        """Lets connections go; calls after it raise `LocalError`. It is no duty: a client that is forgotten does so."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
