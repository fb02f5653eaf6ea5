"""The emulated portal, started as its users start it."""

from __future__ import annotations

import json
import os
import subprocess
from types import TracebackType
from typing import Any, Self
from urllib.request import ProxyHandler, Request, build_opener

# The control interface is on this machine, whatever proxy the environment names.
_opener = build_opener(ProxyHandler({}))


class Emulator:
    """A portal that runs until the end of a `with` block."""

    def __init__(self, *options: str) -> None:
        program = os.environ.get("B24DELETE")
        if program is None:
            raise RuntimeError(
                "`B24DELETE` does not name the program: run these tests with `cargo xtask test`"
            )
        command = [program, "emulator", *options]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"`{' '.join(command)}` ended without a line on its output")
        self._addresses: dict[str, str] = json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # It serves until its input ends, which `communicate` brings about.
        self._process.communicate(timeout=10)

    @property
    def webhook(self) -> str:
        """The URL of the webhook, with a slash at its end."""
        return self._addresses["webhook"]

    @property
    def webhook_token(self) -> str:
        """The part of the webhook that says who is calling: `USER_ID/CODE`."""
        return self.webhook.split("/rest/")[1].strip("/")

    @property
    def proxy(self) -> str:
        """The proxy that leads every host to this portal."""
        return self._addresses["proxy"]

    @property
    def ca_file(self) -> str:
        """The certificate that clients must trust."""
        return self._addresses["ca_file"]

    def records(self) -> dict[str, list[Any]]:
        """The ids of the records and the links between them, as they are now."""
        records: dict[str, list[Any]] = self._control("snapshot")
        return records

    def links(self) -> list[tuple[int, int]]:
        """The links between leads and contacts, as pairs of their ids."""
        return [(link["lead_id"], link["contact_id"]) for link in self.records()["lead_contacts"]]

    def applied(self, method: str) -> int:
        """How many calls of a method changed something."""
        executions = self._control("executions")
        return sum(
            execution["method"] == method and execution["result"]["outcome"] == "applied"
            for execution in executions
        )

    def refused(self) -> dict[str, int]:
        """How many requests and commands the portal refused before they ran, by the code of the error."""
        refused: dict[str, int] = self._control("statistics")["refused"]
        return refused

    def executions(self, method: str) -> list[dict[str, Any]]:
        """The calls of a method that were carried out, whatever came of them."""
        return [execution for execution in self._control("executions") if execution["method"] == method]

    def requests(self) -> list[dict[str, Any]]:
        """The requests word for word, of a portal that was started with `--record-requests`."""
        requests: list[dict[str, Any]] = self._control("requests")
        return requests

    def strike(self, *rules: dict[str, Any]) -> None:
        """Makes the portal fail by these rules."""
        self._control("faults", list(rules))

    def restrict(self, *restrictions: dict[str, Any]) -> None:
        """Limits what the acting user may do."""
        self._control("restrictions", list(restrictions))

    def _control(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with _opener.open(Request(self._addresses["control"] + path, data), timeout=10) as reply:
            return json.load(reply)
