from __future__ import annotations

import asyncio
import dataclasses
import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from portals import UNLIMITED

from b24delete import AsyncClient, AuthError, Client, LocalError, OAuth
from b24delete.testing import Emulator


class Memory:
    """A store of the user's own."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text
        self.saved = 0

    def load(self) -> str | None:
        return self.text

    def save(self, text: str) -> None:
        self.text = text
        self.saved += 1


def application(portal: Emulator, **options: Any) -> OAuth:
    return dataclasses.replace(portal.oauth(), **options)


def test_tokens_are_renewed_and_kept_in_the_users_store(portal: Emulator) -> None:
    store = Memory()
    client = Client(oauth=application(portal, store=store), **UNLIMITED)
    assert client.delete_lead(1).status == "deleted"
    assert store.saved == 1
    assert store.text is not None
    assert json.loads(store.text)["access_token"]
    again = AsyncClient(oauth=application(portal, store=store), **UNLIMITED)
    assert asyncio.run(again.delete_lead(2)).status == "deleted"
    assert store.saved == 1


def test_tokens_are_kept_in_a_file(portal: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    for store in [path, str(path)]:
        client = Client(oauth=application(portal, store=store), **UNLIMITED)
        client.delete_lead(1 if store is path else 2)
    assert path.stat().st_mode & 0o777 == 0o600


class Broken(Memory):
    def save(self, text: str) -> None:
        raise OSError("the disk is full of " + text)


def test_a_store_that_fails_is_told_without_secrets(portal: Emulator) -> None:
    client = Client(oauth=application(portal, store=Broken()), **UNLIMITED)
    with pytest.raises(
        LocalError, match="the token store's `save` failed: OSError: the disk is full"
    ) as caught:
        client.delete_lead(1)
    assert (caught.value.kind, caught.value.effect) == ("config", "not_sent")
    assert portal.executions() == []
    with pytest.raises(LocalError, match="must return text or `None`, not `int`"):
        Client(oauth=application(portal, store=Memory(5)), **UNLIMITED).delete_lead(1)  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(LocalError, match="`store` needs a method `load`, which `object` has not"):
        Client(oauth=application(portal, store=object()), **UNLIMITED)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"client_secret": None}, "`client_secret` must be text"),
        ({"token_request": "put"}, "`put` is no way to ask for tokens"),
        ({"allowed_hosts": 5}, "`allowed_hosts` must be a list of host names"),
    ],
)
def test_values_that_make_no_sense_are_refused(portal: Emulator, options: dict[str, Any], told: str) -> None:
    with pytest.raises(LocalError, match=told):
        Client(oauth=application(portal, **options))


def let_in(page: str) -> dict[str, str]:
    """What the portal's redirect brings when a user has opened the page."""
    address = urlsplit(page)
    connection = http.client.HTTPConnection(address.netloc)
    connection.request("GET", f"{address.path}?{address.query}")
    location = connection.getresponse().getheader("Location")
    connection.close()
    return dict(parse_qsl(urlsplit(location or "").query))


def test_an_application_logs_in_by_a_code(portal: Emulator) -> None:
    store = Memory()
    client = Client(oauth=application(portal, refresh_token=None, store=store), **UNLIMITED)
    with pytest.raises(LocalError, match="log in first"):
        client.delete_lead(1)
    brought = let_in(client.authorize_url("a&b"))
    assert brought["state"] == "a&b"
    assert client.user_id is None
    client.log_in(brought["code"])
    assert client.user_id == 1
    assert json.loads(store.text or "")["user_id"] == 1
    assert client.delete_lead(1).status == "deleted"
    tokens = store.text
    client.refresh()
    assert store.text != tokens
    assert client.delete_lead(2).status == "deleted"
    with pytest.raises(AuthError) as caught:
        client.log_in("never.given")
    assert caught.value.kind == "refresh_failed"
    assert "never.given" not in str(caught.value)
    assert client.delete_lead(3).status == "deleted"


def test_an_application_logs_in_in_an_event_loop(portal: Emulator) -> None:
    async def main() -> None:
        store = Memory()
        oauth = application(portal, refresh_token=None, store=store)
        async with AsyncClient(oauth=oauth, **UNLIMITED) as client:
            await client.log_in(let_in(client.authorize_url("s"))["code"])
            assert client.user_id == 1
            assert (await client.delete_lead(1)).status == "deleted"
            tokens = store.text
            await client.refresh()
            assert store.text != tokens
            with pytest.raises(AuthError):
                await client.log_in("never.given")

    asyncio.run(main())


def test_a_webhook_does_not_log_in(client: Client) -> None:
    for call in [lambda: client.authorize_url("s"), lambda: client.log_in("code"), client.refresh]:
        with pytest.raises(LocalError, match="only an application") as caught:
            call()
        assert (caught.value.kind, caught.value.effect) == ("config", "not_sent")
