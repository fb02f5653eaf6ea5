from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from portals import UNLIMITED

from b24delete import (
    AsyncClient,
    Client,
    Event,
    Limits,
    LocalError,
    OAuth,
    Retrying,
    Sending,
    Waiting,
)
from b24delete.testing import Emulator

WEBHOOK = "https://example.bitrix24.com/rest/1/s3cretcode/"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"limits": "fast"}, "`fast` is not a limit"),
        ({"limits": None}, "`limits` must be text, not `NoneType`"),
        ({"limits": Limits(float("nan"), 2)}, "limits NaN/2 are not allowed"),
        ({"limits": Limits(-1, 2)}, "limits -1/2 are not allowed"),
        ({"operating": "480"}, "`480` is not an operating limit"),
        ({"operating": 480}, "`operating` must be text, not `int`"),
        ({"request_timeout": None}, "`request_timeout` is `NoneType`"),
        ({"request_timeout": float("nan")}, "`request_timeout` is `NaN`"),
        ({"request_timeout": -1}, "`request_timeout` is `-1`"),
        ({"request_timeout": True}, "`request_timeout` is `bool`"),
        ({"request_timeout": 0}, "request timeout 0ns is not allowed"),
        ({"request_timeout": 1e300}, "`request_timeout` is"),
        ({"connect_timeout": "10"}, "`connect_timeout` is `str`"),
        ({"settle_time": 1e6}, "settle time 1000000s is not allowed"),
        ({"concurrency": 0}, "concurrency 0 is not allowed"),
        ({"concurrency": -1}, "`concurrency` is `-1`"),
        ({"concurrency": 1.5}, "`concurrency` is `1.5 of type float`"),
        ({"api": "old"}, "`old` is not an api"),
        ({"on_event": 5}, "`on_event` must be a function, not `int`"),
        ({"webhook": None}, "`webhook` must be text, not `NoneType`"),
        (
            {"webhook": b"https://example.bitrix24.com/rest/1/s3cretcode/"},
            "`webhook` must be text, not `bytes`",
        ),
        ({"webhook": "http://example.bitrix24.com/rest/1/s3cretcode/"}, "unencrypted"),
        ({"webhook": ""}, "neither a webhook URL nor an application"),
        ({"oauth": "s3cretcode"}, "`oauth` must be an `OAuth`, not `str`"),
    ],
)
@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_values_that_make_no_sense_are_refused(
    client: type[Client], options: dict[str, Any], told: str
) -> None:
    given: dict[str, Any] = {"webhook": WEBHOOK, **options}
    with pytest.raises(LocalError) as caught:
        client(**given)
    assert told in str(caught.value)
    assert (caught.value.kind, caught.value.effect) == ("config", "not_sent")
    assert "s3cretcode" not in str(caught.value)


def test_options_that_do_not_exist_are_refused() -> None:
    with pytest.raises(TypeError, match="a client has no option `timeout`"):
        Client(webhook=WEBHOOK, timeout=3)  # type: ignore[call-arg]  # pyright: ignore
    with pytest.raises(TypeError):
        Client(WEBHOOK)  # type: ignore[call-arg, arg-type]  # pyright: ignore


def test_sane_values_are_taken() -> None:
    choices: list[str | Limits] = ["standard", "enterprise", "off", "10/0.5", Limits(10, 0.5)]
    for limits in choices:
        Client(webhook=WEBHOOK, limits=limits, operating="off", concurrency=64, api="item", settle_time=0)
    assert repr(Limits(10, 0.5)) == "Limits(capacity=10, per_second=0.5)"


def test_the_limits_are_kept(portal: Emulator) -> None:
    client = Client(webhook=portal.webhook, limits=Limits(2, 0.001))
    client.delete_lead(1)
    client.delete_lead(2)
    with pytest.raises(Exception, match="limit on requests"):
        client.delete_lead(3, deadline=0.1)


def test_a_client_from_the_environment(portal: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("B24_WEBHOOK", portal.webhook)
    assert Client.from_env(limits="off").delete_lead(1).status == "deleted"
    assert isinstance(AsyncClient.from_env(), AsyncClient)
    monkeypatch.delenv("B24_WEBHOOK")
    with pytest.raises(LocalError, match="no portal was given"):
        Client.from_env()


def test_a_client_from_a_profile(portal: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    profiles = tmp_path / "b24delete" / "profiles.toml"
    profiles.parent.mkdir()
    profiles.touch(mode=0o600)
    profiles.write_text(f'[test]\nwebhook = "{portal.webhook}"\n', encoding="utf-8")
    assert Client.from_profile("test", limits="off").delete_lead(1).status == "deleted"
    with pytest.raises(LocalError, match="has no profile `other`"):
        AsyncClient.from_profile("other")


def test_an_application_shows_no_secret() -> None:
    oauth = OAuth(
        rest="https://example.bitrix24.com/rest/",
        client_id="local.1",
        client_secret="s3cret",
        access_token="acc3ss",
        refresh_token="r3fresh",
    )
    shown = repr(oauth) + repr(Client(oauth=oauth))
    assert "example.bitrix24.com" in shown
    assert not any(secret in shown for secret in ["s3cret", "acc3ss", "r3fresh"])


FAULTS = [{"method": "crm.lead.delete", "count": 1, "fault": {"kind": "rate_limit"}}]


@pytest.mark.parametrize("portal", [{"faults": FAULTS}], indirect=True)
def test_events_are_told(portal: Emulator) -> None:
    events: list[Event] = []
    is_over = threading.Event()

    def on_event(event: Event) -> None:
        events.append(event)
        if sum(isinstance(event, Sending) for event in events) == 2:
            is_over.set()

    options: dict[str, Any] = {**UNLIMITED, "limits": "50/50"}
    client = Client(webhook=portal.webhook, on_event=on_event, **options)
    assert client.delete_lead(1).status == "deleted"
    assert is_over.wait(10)
    sending = Sending(method="crm.lead.delete", operations=1, lookup=False)
    assert [event for event in events if isinstance(event, Sending)] == [sending, sending]
    retrying = next(event for event in events if isinstance(event, Retrying))
    assert (retrying.operations, retrying.error.kind) == (1, "rate_limited")
    waiting = next(event for event in events if isinstance(event, Waiting))
    assert (waiting.reason, waiting.seconds > 0) == ("request limit", True)
