"""The exceptions: one class per family of kinds, all of them below `B24Error`."""

from __future__ import annotations

TYPE_CHECKING = False  # see `b24delete`

if TYPE_CHECKING:
    from typing import Any

    from b24delete._kinds import Effect, Kind


class B24Error(Exception):
    """Anything that went wrong, from a bad id to a lost answer.

    `kind` is stable and the same in every language; texts are for people, and known secrets are masked in them. The
    error that led to this one is its `__cause__`.

    >>> try:
    ...     client.delete_lead(999)
    ... except NotFoundError as error:
    ...     print(error.kind, error.effect, error.method, error.description)
    not_found rejected crm.lead.delete Not found
    """

    kind: Kind
    """What went wrong: the stable contract."""
    effect: Effect
    """What the failed attempt may have done: `not_sent`, `rejected` or `may_have_applied`."""
    method: str | None
    """The REST method that was called, such as `crm.lead.delete`."""
    code: str
    """The portal's own code; empty when it gave none or the error is of this side."""
    description: str
    """The portal's own text, or this library's where the error is of this side."""
    http_status: int | None
    """Status of the HTTP reply that carried the error: 200 inside a batch."""
    attempts: int
    """How often the delete was sent in a way that could have executed it."""

    def __init__(
        self,
        message: str,
        *,
        kind: Kind,
        effect: Effect,
        method: str | None = None,
        code: str = "",
        description: str = "",
        http_status: int | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.effect = effect
        self.method = method
        self.code = code
        self.description = description
        self.http_status = http_status
        self.attempts = attempts

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r}, kind={self.kind!r}, effect={self.effect!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args[0], dict(self.__dict__), self.__cause__)


def _restored(
    cls: type[B24Error], message: str, fields: dict[str, Any], cause: BaseException | None
) -> B24Error:
    error = cls.__new__(cls, message)
    error.__dict__.update(fields)
    error.__cause__ = cause
    return error


class NotFoundError(B24Error):
    """The record, or the lead whose bindings were to go, does not exist."""


class InvalidRequestError(B24Error):
    """The request itself is wrong: an id, an argument, a method that the portal does not have."""


class AccessDeniedError(B24Error):
    """The acting user or application may not do this."""


class AuthError(B24Error):
    """The portal does not accept the credentials."""


class LimitError(B24Error):
    """A limit of the portal."""


class PortalError(B24Error):
    """A fault inside the portal."""


class TransportError(B24Error):
    """The request or its answer was lost or damaged on the way."""


class OutcomeUnknownError(B24Error):
    """The operation may have been executed, and this could not be settled. Look yourself before you act on it."""


class LocalError(B24Error):
    """A fault on this side: configuration, cancellation, or this library itself."""
