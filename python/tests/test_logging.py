from __future__ import annotations

import asyncio
import logging

import pytest
from portals import UNLIMITED, having, struck_by

from b24delete import AsyncClient, Client, OutcomeUnknownError
from b24delete.testing import Emulator


def test_events_come_under_the_packages_name(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "b24delete"):
        client.delete_lead(1)
    assert {(record.name, record.levelno) for record in caplog.records} == {("b24delete", logging.DEBUG)}
    assert [record.getMessage() for record in caplog.records] == [
        "sending method=crm.lead.delete operations=1 lookup=false",
        "answered method=crm.lead.delete status=200",
    ]


def test_levels_are_honoured(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "b24delete"):
        client.delete_lead(1)
    assert caplog.records == []


def test_events_come_before_the_answer_is_awaited(portal: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> list[str]:
        await AsyncClient(webhook=portal.webhook, **UNLIMITED).delete_lead(1)
        return [record.getMessage() for record in caplog.records if record.name == "b24delete"]

    with caplog.at_level(logging.DEBUG, "b24delete"):
        assert [told.split()[0] for told in asyncio.run(main())] == ["sending", "answered"]


@having(faults=[struck_by("reset", where="after", method="*")])
def test_no_secret_is_logged(portal: Emulator, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    code = portal.webhook.rstrip("/").rsplit("/", 1)[1]
    with caplog.at_level(1):
        with pytest.raises(OutcomeUnknownError):
            client.delete_lead(1, deadline=1)
        list(client.delete_many([]))
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "came to nothing" in told
    assert code not in told


def test_a_handler_may_use_the_client(client: Client) -> None:
    class Deleting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logger.removeHandler(self)
            statuses.append(client.delete_lead(2).status)

    statuses: list[str] = []
    handler = Deleting()
    logger = logging.getLogger("b24delete")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        client.delete_lead(1)
    finally:
        logger.setLevel(logging.NOTSET)
        logger.removeHandler(handler)
    assert statuses == ["deleted"]
