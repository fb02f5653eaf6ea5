"""fast-bitrix24, which packs nearly everything into batches and speaks plain http."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fast_bitrix24 import Bitrix
from fast_bitrix24.server_response import ErrorInServerResponseException

from emulator import Emulator


@pytest.fixture
def portal() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(portal: Emulator) -> Bitrix:
    return Bitrix(portal.webhook, verbose=False)


def add_leads(client: Bitrix, count: int) -> list[int]:
    return sorted(
        client.call("crm.lead.add", [{"fields": {"TITLE": f"Lead №{n} & more"}} for n in range(count)])
    )


def add_contacts(client: Bitrix, count: int) -> list[int]:
    return sorted(
        client.call("crm.contact.add", [{"fields": {"NAME": f"Contact {n}"}} for n in range(count)])
    )


def test_creates_records_in_packs(portal: Emulator, client: Bitrix) -> None:
    leads, contacts = add_leads(client, 120), add_contacts(client, 60)

    assert portal.records()["leads"] == leads
    assert portal.records()["contacts"] == contacts
    assert len(set(leads)) == 120


def test_lists_all_pages(client: Bitrix) -> None:
    leads = add_leads(client, 120)

    rows = client.get_all("crm.lead.list", {"select": ["ID", "TITLE"]})
    newer = client.get_all("crm.lead.list", {"select": ["ID"], "filter": {">ID": leads[49]}})

    assert sorted(int(row["ID"]) for row in rows) == leads
    assert {row["TITLE"] for row in rows} == {f"Lead №{n} & more" for n in range(120)}
    assert sorted(int(row["ID"]) for row in newer) == leads[50:]


def test_reads_records_by_id(client: Bitrix) -> None:
    leads = add_leads(client, 60)

    found = client.get_by_ID("crm.lead.get", leads)

    assert {int(lead_id) for lead_id in found} == set(leads)
    assert all(row["ID"] == str(lead_id) for lead_id, row in found.items())


def test_binds_and_unbinds_contacts(portal: Emulator, client: Bitrix) -> None:
    (lead, other), contacts = add_leads(client, 2), add_contacts(client, 3)
    pairs = [(lead_id, contact_id) for lead_id in (lead, other) for contact_id in contacts]

    bound = client.call("crm.lead.contact.add", [binding(*pair) for pair in pairs])
    assert bound == (True,) * 6
    assert portal.links() == pairs

    assert client.call("crm.lead.contact.delete", binding(lead, contacts[0])) is True
    assert client.call("crm.lead.contact.items.delete", {"id": other}) is True
    assert portal.links() == [(lead, contacts[1]), (lead, contacts[2])]


def test_deletes_in_packs_and_one_at_a_time(portal: Emulator, client: Bitrix) -> None:
    leads, contacts = add_leads(client, 120), add_contacts(client, 2)

    deleted = client.call("crm.lead.delete", [{"id": lead_id} for lead_id in leads[:110]])
    assert deleted == (True,) * 110
    assert client.call("crm.contact.delete", {"ID": contacts[0]}) is True
    assert client.call("crm.lead.delete", {"id": str(leads[110])}, raw=True)["result"] is True

    assert portal.records()["leads"] == leads[111:]
    assert portal.records()["contacts"] == contacts[1:]
    assert portal.applied("crm.lead.delete") == 111
    assert portal.refused() == {}


def test_a_missing_record_is_an_error_of_its_command(portal: Emulator, client: Bitrix) -> None:
    leads = add_leads(client, 2)

    with pytest.raises(ErrorInServerResponseException, match="(?i)not found"):
        client.call("crm.lead.delete", [{"id": leads[0]}, {"id": 999_999}])

    assert portal.records()["leads"] == leads[1:]


def test_a_batch_may_refer_to_its_own_results(portal: Emulator, client: Bitrix) -> None:
    results = client.call_batch(
        {
            "halt": 1,
            "cmd": {
                "lead": "crm.lead.add?fields[TITLE]=One",
                "contact": "crm.contact.add?fields[NAME]=Two",
                "link": "crm.lead.contact.add?id=$result[lead]&fields[CONTACT_ID]=$result[contact]",
            },
        }
    )

    assert portal.links() == [(results["lead"], results["contact"])]


def binding(lead_id: int, contact_id: int) -> dict[str, object]:
    return {"id": lead_id, "fields": {"CONTACT_ID": contact_id}}
