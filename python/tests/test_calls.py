from __future__ import annotations

import operator
from pathlib import Path

import numpy
import pytest
from portals import UNLIMITED, having, struck_by

import b24delete
from b24delete import (
    B24Error,
    Client,
    InvalidRequestError,
    LimitError,
    LocalError,
    NotFoundError,
    OutcomeUnknownError,
)
from b24delete.testing import Emulator


def test_the_package_is_the_installed_one() -> None:
    assert "site-packages" in Path(b24delete.__file__).parts


@having(links_per_lead=2)
def test_the_four_calls_do_what_they_say(portal: Emulator, client: Client) -> None:
    assert client.delete_lead_contact(lead_id=1, contact_id=1).status == "deleted"
    assert client.delete_lead_contact(lead_id=1, contact_id=20).status == "absent"
    assert client.delete_lead_contact_items(2).status == "deleted"
    assert client.delete_contact(3).status == "deleted"
    deletion = client.delete_lead(4)
    assert (deletion.status, deletion.confirmed_by, deletion.attempts) == ("deleted", "reply", 1)
    assert deletion.time is not None
    assert deletion.time.duration is not None
    assert [execution["method"] for execution in portal.executions()] == [
        "crm.lead.contact.delete",
        "crm.lead.contact.delete",
        "crm.lead.contact.items.delete",
        "crm.contact.delete",
        "crm.lead.delete",
    ]


def test_a_missing_record_is_an_exception_with_all_its_facts(client: Client) -> None:
    with pytest.raises(NotFoundError, match="Not found") as caught:
        client.delete_lead(999)
    error = caught.value
    assert isinstance(error, B24Error)
    assert (error.kind, error.effect, error.method) == ("not_found", "rejected", "crm.lead.delete")
    assert (error.code, error.description, error.http_status, error.attempts) == ("", "Not found", 400, 1)


class Index:
    def __index__(self) -> int:
        return 7


@pytest.mark.parametrize("lead_id", [5, Index(), numpy.int64(6), numpy.uint8(8)])
def test_whatever_is_an_index_is_an_id(client: Client, lead_id: int) -> None:
    assert client.delete_lead(lead_id).status == "deleted"
    with pytest.raises(NotFoundError):
        client.delete_lead(operator.index(lead_id))


@pytest.mark.parametrize(
    "lead_id",
    [True, "12", 1.0, numpy.float64(3), numpy.bool_(True), None, 0, -1, 2**53, 2**100, b"1", [1]],
    ids=repr,
)
def test_nothing_else_is_an_id(portal: Emulator, client: Client, lead_id: object) -> None:
    with pytest.raises(InvalidRequestError, match="is not a lead id: a whole number from 1 to") as caught:
        client.delete_lead(lead_id)  # type: ignore[arg-type]  # pyright: ignore
    assert (caught.value.kind, caught.value.effect) == ("invalid_id", "not_sent")
    with pytest.raises(InvalidRequestError, match="is not a contact id"):
        client.delete_lead_contact(lead_id=1, contact_id=lead_id)  # type: ignore[arg-type]  # pyright: ignore
    assert portal.executions() == []


def test_two_ids_must_be_named(client: Client) -> None:
    with pytest.raises(TypeError):
        client.delete_lead_contact(1, 2)  # type: ignore[call-arg]  # pyright: ignore


@having(faults=[struck_by("stall")])
def test_a_deadline_ends_in_an_unknown_outcome(client: Client) -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        client.delete_lead(1, deadline=0.2)
    assert caught.value.effect == "may_have_applied"


def test_a_deadline_ends_in_the_error_of_the_limit(portal: Emulator) -> None:
    client = Client(webhook=portal.webhook, limits="1/0.01", operating="off")
    client.delete_lead(1)
    with pytest.raises(LimitError) as caught:
        client.delete_lead(2, deadline=0.1)
    assert (caught.value.kind, caught.value.effect) == ("rate_limited", "not_sent")


@pytest.mark.parametrize("deadline", [float("nan"), float("inf"), -1, "1", True])
def test_a_deadline_is_a_number_of_seconds(portal: Emulator, client: Client, deadline: float) -> None:
    with pytest.raises(InvalidRequestError, match="`deadline` is") as caught:
        client.delete_lead(1, deadline=deadline)
    assert (caught.value.kind, caught.value.effect) == ("invalid_argument", "not_sent")
    assert portal.executions() == []


def test_a_closed_client_says_so(portal: Emulator) -> None:
    with Client(webhook=portal.webhook, **UNLIMITED) as client:
        client.delete_lead(1)
    with pytest.raises(LocalError, match="the client is closed"):
        client.delete_lead(2)
    assert "closed" in repr(client)


def test_a_client_shows_no_secret(client: Client, portal: Emulator) -> None:
    code = portal.webhook.rstrip("/").rsplit("/", 1)[1]
    shown = repr(client)
    assert shown.startswith("<Client of 127.0.0.1:")
    assert code not in shown
    assert client.user_id == 1
    assert client.host in portal.webhook


@having(faults=[struck_by("reset")])
def test_causes_are_chained(client: Client) -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        client.delete_lead(1, deadline=0.5)
    cause = caught.value.__cause__
    assert isinstance(cause, B24Error)
    assert cause.kind == "connection"
