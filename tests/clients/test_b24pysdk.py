"""b24pysdk, the vendor's client, which knows only https on port 443: a proxy leads it to the portal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from b24pysdk import BitrixWebhook, Client
from b24pysdk.errors import BitrixAPIBadRequest, BitrixAPIInvalidCredentials

from emulator import Emulator

DOMAIN = "portal.b24.test"


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator("--tls", "--connect-proxy") as emulator:
        for name in ("no_proxy", "NO_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", emulator.proxy)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", emulator.ca_file)
        yield emulator


@pytest.fixture
def client(portal: Emulator) -> Client:
    return Client(BitrixWebhook(domain=DOMAIN, webhook_token=portal.webhook_token))


def add_leads(client: Client, count: int) -> list[int]:
    requests = {f"lead{n}": client.crm.lead.add({"TITLE": f"Lead №{n} & more"}) for n in range(count)}
    return sorted(client.call_batches(requests).result.result.values())


def add_contacts(client: Client, count: int) -> list[int]:
    return [client.crm.contact.add({"NAME": f"Contact {n}"}).result for n in range(count)]


def test_says_who_is_calling(client: Client) -> None:
    assert client.profile().result["ID"] == "1"
    assert "crm" in client.scope().result
    assert client.server.time().response.time.duration >= 0


def test_lists_all_pages_both_ways(portal: Emulator, client: Client) -> None:
    leads = add_leads(client, 120)
    assert portal.records()["leads"] == leads

    counted = client.crm.lead.list(select=["ID", "TITLE"]).as_list().result
    walked = client.crm.lead.list(select=["ID"]).as_list_fast().result

    assert [int(row["ID"]) for row in counted] == leads
    assert {row["TITLE"] for row in counted} == {f"Lead №{n} & more" for n in range(120)}
    assert [int(row["ID"]) for row in walked] == leads


def test_binds_and_unbinds_contacts(portal: Emulator, client: Client) -> None:
    (lead, other), contacts = add_leads(client, 2), add_contacts(client, 3)
    pairs = [(lead_id, contact_id) for lead_id in (lead, other) for contact_id in contacts]

    for lead_id, contact_id in pairs:
        assert client.crm.lead.contact.add(lead_id, {"CONTACT_ID": contact_id}).result is True
    assert [row["CONTACT_ID"] for row in client.crm.lead.contact.items.get(lead).result] == contacts

    assert client.crm.lead.contact.delete(lead, {"CONTACT_ID": contacts[0]}).result is True
    assert client.crm.lead.contact.items.delete(other).result is True
    assert portal.links() == [(lead, contacts[1]), (lead, contacts[2])]


def test_deletes_alone_and_in_batches(portal: Emulator, client: Client) -> None:
    leads, contacts = add_leads(client, 60), add_contacts(client, 2)

    assert client.crm.lead.delete(leads[0]).result is True
    assert client.crm.contact.delete(contacts[0]).result is True
    by_place = client.call_batch([client.crm.lead.delete(lead_id) for lead_id in leads[1:4]]).result
    by_name = client.call_batches(
        {f"lead{lead_id}": client.crm.lead.delete(lead_id) for lead_id in leads[4:59]}
    ).result

    assert by_place.result == [True, True, True]
    assert by_name.result == {f"lead{lead_id}": True for lead_id in leads[4:59]}
    assert not by_place.result_error and not by_name.result_error
    assert portal.records()["leads"] == leads[59:]
    assert portal.records()["contacts"] == contacts[1:]
    assert portal.applied("crm.lead.delete") == 59
    assert portal.refused() == {}


def test_deletes_through_the_successor(portal: Emulator, client: Client) -> None:
    (lead,), (contact,) = add_leads(client, 1), add_contacts(client, 1)

    assert client.crm.item.delete(entity_type_id=1, bitrix_id=lead).result == []
    assert client.crm.item.delete(entity_type_id=3, bitrix_id=contact).result == []

    assert portal.records()["leads"] == []
    assert portal.records()["contacts"] == []


def test_a_missing_record_is_an_error(client: Client) -> None:
    (lead,) = add_leads(client, 1)

    with pytest.raises(BitrixAPIBadRequest, match="(?i)not found"):
        client.crm.lead.delete(999_999).result  # noqa: B018
    in_batch = client.call_batch(
        {"there": client.crm.lead.delete(lead), "gone": client.crm.lead.delete(lead)}
    ).result

    assert in_batch.result == {"there": True}
    assert "not found" in in_batch.result_error["gone"]["error_description"].lower()


def test_a_wrong_code_is_refused(portal: Emulator) -> None:
    stranger = Client(BitrixWebhook(domain=DOMAIN, webhook_token="1/wrong"))

    with pytest.raises(BitrixAPIInvalidCredentials):
        stranger.crm.lead.delete(1).result  # noqa: B018
