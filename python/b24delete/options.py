"""How a client reaches a portal and how it behaves there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypedDict

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from typing import Literal, SupportsIndex

    from b24delete.values import Event


@dataclass(frozen=True)
class Limits:
    """The portal's limit on requests: a bucket that holds `capacity` and empties by `per_second`.

    >>> Client(webhook=webhook, limits=Limits(50, 2))
    <Client of 127.0.0.1:..., user 1>
    """

    capacity: float
    """Requests at once, 1 to 1,000,000."""
    per_second: float
    """Requests per second after that, 0.001 to 1,000,000."""

    def as_text(self) -> str:
        """As the command takes it: `50/2`."""
        return f"{self.capacity}/{self.per_second}"


class TokenStore(Protocol):
    """Where the tokens of an application are kept between processes: any object with these two methods.

    The text is one line of JSON with the secrets in it. Both methods are called from threads of the engine, one at a
    time for a client. Each renewal ends the refresh token before it: processes that share tokens must share the store.
    """

    def load(self) -> str | None:
        """Returns the text that was saved last; none before the first login."""

    def save(self, text: str, /) -> object:
        """Keeps this text in place of the earlier one. It must be safe when this returns."""


@dataclass(frozen=True)
class OAuth:
    """An application's authorization on a portal by OAuth 2.0.

    >>> OAuth(rest="https://example.bitrix24.com/rest/", client_id="local.1", client_secret="SECRET")
    OAuth(rest='https://example.bitrix24.com/rest/', client_id='local.1')
    """

    rest: str
    """REST root of the portal, `https://HOST/rest/`."""
    client_id: str
    """The application's id."""
    client_secret: str = field(repr=False)
    """The application's key."""
    access_token: str | None = field(default=None, repr=False)
    """An access token to begin with. Not needed where there is a refresh token."""
    refresh_token: str | None = field(default=None, repr=False)
    """A refresh token to begin with. It is good for one renewal: without a store the login is lost with the process."""
    store: TokenStore | str | os.PathLike[str] | None = field(default=None, repr=False)
    """Where tokens are kept: a file that processes on one machine can share, or an object of your own. Default: in
    memory only."""
    token_endpoint: str | None = field(default=None, repr=False)
    """Where requests for tokens go. Default: the cloud's authorization server."""
    token_request: Literal["post", "get"] | None = field(default=None, repr=False)
    """How tokens are asked for: `get` puts the secrets into the query, for servers only that take nothing else."""
    allowed_hosts: Sequence[str] | None = field(default=None, repr=False)
    """Hosts, besides the cloud's, to which the authorization server may move the portal or itself."""


class ClientOptions(TypedDict, total=False):
    """The keyword arguments of a client. What is not given is as the engine has it."""

    webhook: str
    """URL of an inbound webhook, `https://HOST/rest/USER_ID/CODE/`. It holds a secret."""
    oauth: OAuth
    """Authorization as an application, instead of a webhook."""
    limits: Limits | Literal["standard", "enterprise", "off"] | str
    """The portal's limit on requests. Default: `standard`, which is `50/2`: 50 at once, then 2 per second."""
    operating: str
    """The portal's limit on execution time, `S/W` or `off`. Default: `480/600`: 480 seconds of a method's work within
    600 seconds."""
    request_timeout: float
    """Seconds to wait for the answer to a request, 0.001 to 3600. Default: 150, as a contact can take the portal 100."""
    connect_timeout: float
    """Seconds to wait for a connection, at most the request timeout. Default: 10."""
    settle_time: float
    """Seconds for which a lost request may still be at work on the portal, up to 86,400. Default: 300."""
    concurrency: SupportsIndex
    """Requests at a time within one run, 1 to 64, where no limit is on. Default: 1."""
    on_event: Callable[[Event], object]
    """Told of waits, requests and repeats, in a thread of the engine: for progress. What it raises goes to
    `sys.unraisablehook`."""
    api: Literal["classic", "item"]
    """Which methods delete leads and contacts: `crm.lead.delete` and `crm.contact.delete`, or `crm.item.delete`."""
