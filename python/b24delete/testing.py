"""A portal for the tests of your own integration: it runs on this machine and behaves as the documentation says."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from b24delete.options import OAuth

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from typing import Any, Literal

    from typing_extensions import Self, Unpack

    from b24delete.options import TokenStore

_APPLICATION = ("client_id", "client_secret", "refresh_token")
_HOW_LONG_IT_MAY_TAKE_TO_END = 10.0


class EmulatorOptions(TypedDict, total=False):
    """What the portal holds and how it behaves: the options of `b24delete emulator`, whose help tells the defaults."""

    port: int
    """Port on the loopback interface. Default: a free one."""
    database: str | os.PathLike[str]
    """Keep the records in this file instead of memory."""
    leads: int
    """Leads to begin with; their ids are 1, 2, 3…"""
    contacts: int
    """Contacts to begin with; their ids are 1, 2, 3…"""
    links_per_lead: int
    """Contacts bound to each lead."""
    activities_per_lead: int
    """Activities of each lead alone."""
    shared_activities: int
    """Activities that belong to two leads each."""
    profile: Literal["documented", "observed"]
    """Refusals as the methods' pages word them, or as seen on portals."""
    unlinked: Literal["false", "not_found", "true"]
    """Answer of `crm.lead.contact.delete` when the contact is not bound to the lead."""
    limits: str
    """Limit on requests: `X/Y`, X at once, then Y per second, or `off`."""
    operating: str
    """Limit on operating time: `S/W`, S seconds of a method's work in W seconds, or `off`."""
    charge: Literal["nested", "batch"]
    """To which method the time of a batch is charged."""
    cost: Mapping[str, float]
    """Seconds that a method takes; `*` in its name stands for any text."""
    token_ttl: float
    """Seconds after which access tokens expire."""
    cut: float
    """Seconds after which requests are cut."""
    after_cut: Literal["stop", "finish-command", "run-on"]
    """What the portal does with a request that was cut."""
    faults: Sequence[Mapping[str, Any]]
    """Rules for faults."""
    tls: bool
    """Serve https, with a certificate of its own authority."""
    connect_proxy: bool
    """Also answer CONNECT as a proxy that leads every host to this portal."""


class Emulator:
    """A local portal, in a process of its own, for as long as the block lasts.

    >>> with Emulator(leads=10, limits="off") as portal:
    ...     Client(webhook=portal.webhook, limits="off").delete_lead(3).status
    ...     [execution["method"] for execution in portal.executions()]
    'deleted'
    ['crm.lead.delete']
    """

    webhook: str
    """URL of an inbound webhook."""
    oauth_rest: str
    """REST address for an application: see `oauth`."""
    oauth_token: str
    """Token endpoint of the authorization server."""
    control: str
    """Address of the control interface."""
    ca_file: str | None
    """The authority's certificate, with `tls`."""
    proxy: str | None
    """Address of the proxy, with `connect_proxy`."""

    def __init__(self, **options: Unpack[EmulatorOptions]) -> None:
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._faults: tempfile.TemporaryDirectory[str] | None = None

    def start(self) -> Self:
        """Starts the portal; `with` does it by itself."""
        command = [sys.executable, "-m", "b24delete", "emulator", *self._arguments()]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            _, problem = process.communicate()
            self.stop()
            raise RuntimeError(f"the emulator did not start: {problem.strip()}")
        addresses: dict[str, str] = json.loads(line)
        self.webhook = addresses["webhook"]
        self.oauth_rest = addresses["oauth_rest"]
        self.oauth_token = addresses["oauth_token"]
        self.control = addresses["control"]
        self._application = {name: addresses[name] for name in _APPLICATION}
        self.ca_file = addresses.get("ca_file")
        self.proxy = addresses.get("proxy")
        return self

    def stop(self) -> None:
        """Ends the portal; `with` does it by itself."""
        process, self._process = self._process, None
        if process is not None:
            # It serves until its input closes.
            try:
                process.communicate(timeout=_HOW_LONG_IT_MAY_TAKE_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        if self._faults is not None:
            self._faults.cleanup()
            self._faults = None

    def oauth(self, store: TokenStore | str | os.PathLike[str] | None = None) -> OAuth:
        """Returns the authorization of an application that is installed on the portal, with a refresh token to begin."""
        return OAuth(
            rest=self.oauth_rest,
            client_id=self._application["client_id"],
            client_secret=self._application["client_secret"],
            refresh_token=self._application["refresh_token"],
            token_endpoint=self.oauth_token,
            store=store,
        )

    def executions(self) -> list[dict[str, Any]]:
        """What the portal has executed, in order: what happened, whatever the client was told."""
        return list(self._ask("executions"))

    def snapshot(self) -> dict[str, Any]:
        """What exists."""
        return dict(self._ask("snapshot"))

    def _ask(self, what: str) -> Any:
        # Proxies of the environment lead elsewhere.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.control.rstrip('/')}/{what}") as answer:
            return json.load(answer)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Emulator: {'running' if self._process else 'not running'}>"

    def _arguments(self) -> list[str]:
        arguments: list[str] = []
        for name, value in self._options.items():
            option = "--" + name.replace("_", "-")
            if name == "cost":
                costs: Any = value
                for method, seconds in costs.items():
                    arguments += [option, f"{method}={seconds}"]
            elif name == "faults":
                arguments += [option, self._fault_file(value)]
            elif value is True:
                arguments.append(option)
            elif value is not False:
                arguments += [option, str(value)]
        return arguments

    def _fault_file(self, rules: object) -> str:
        self._faults = tempfile.TemporaryDirectory(prefix="b24delete")
        path = Path(self._faults.name, "faults.json")
        path.write_text(json.dumps(rules), encoding="utf-8")
        return str(path)
