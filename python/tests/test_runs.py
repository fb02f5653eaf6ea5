from __future__ import annotations

import gc
import json
import pickle
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import pytest
from portals import UNLIMITED, having, struck_by

from b24delete import B24Error, Client, InvalidRequestError, NotFoundError, Operation, Outcome
from b24delete.testing import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_every_operation_gets_one_outcome(client: Client) -> None:
    operations = [
        Operation.lead(1),
        Operation.contact(1),
        Operation.lead(999),
        Operation.lead_contact(lead_id=2, contact_id=3),
        Operation.lead_contact_items(3),
    ]
    run = client.delete_many(operations)
    outcomes = {outcome.seq: outcome for outcome in run}
    assert [outcomes[seq].operation for seq in range(5)] == operations
    assert [outcomes[seq].status for seq in range(5)] == ["deleted", "deleted", "absent", "absent", "deleted"]
    absent = outcomes[2]
    assert (absent.lead_id, absent.contact_id, absent.confirmed_by) == (999, None, "reply")
    assert isinstance(absent.error, NotFoundError)
    assert absent.error is absent.error
    summary = run.summary()
    assert (summary.total, summary.deleted, summary.absent, summary.stopped_by) == (5, 3, 2, None)
    assert summary.is_clean
    assert next(run, None) is None


def test_outcomes_are_the_lines_of_the_command(client: Client) -> None:
    (outcome,) = client.delete_many([Operation.lead(999)])
    assert outcome.to_dict() == {
        "v": 1,
        "type": "outcome",
        "seq": 0,
        "method": "crm.lead.delete",
        "lead_id": 999,
        "contact_id": None,
        "status": "absent",
        "confirmed_by": "reply",
        "attempts": 1,
        "error": {
            "kind": "not_found",
            "code": "",
            "description": "Not found",
            "http_status": 200,
            "effect": "rejected",
        },
    }
    summary = client.delete_many([]).summary().to_dict()
    assert summary.pop("seconds") >= 0
    assert json.dumps(summary) == (
        '{"v": 1, "type": "summary", "total": 0, "deleted": 0, "deleted_by_lookup": 0, "absent": 0, "failed": 0, '
        '"unknown": 0, "not_run": 0, "requests": 0, "stopped_by": null}'
    )


def test_values_can_be_compared_pickled_and_read(client: Client) -> None:
    operations = [
        Operation.lead(999),
        Operation.contact(1),
        Operation.lead_contact(lead_id=1, contact_id=2),
        Operation.lead_contact_items(1),
    ]
    assert pickle.loads(pickle.dumps(operations)) == operations
    assert len({*operations, *pickle.loads(pickle.dumps(operations))}) == 4
    assert [eval(repr(operation)) for operation in operations] == operations
    run = client.delete_many(operations)
    outcomes = list(run)
    again: list[Outcome] = pickle.loads(pickle.dumps(outcomes))
    assert again == outcomes
    assert [outcome.error and vars(outcome.error) for outcome in again] == [
        outcome.error and vars(outcome.error) for outcome in outcomes
    ]
    assert outcomes[0] != outcomes[1]
    assert {repr(outcome) for outcome in outcomes} >= {
        "<Outcome 0: Operation.lead(999) absent, not_found>",
        "<Outcome 1: Operation.contact(1) deleted>",
    }
    assert pickle.loads(pickle.dumps(run.summary())) == run.summary()


def test_outcomes_can_be_made_for_tests() -> None:
    outcome = Outcome(seq=0, operation=Operation.lead(1), status="deleted", confirmed_by="reply", attempts=1)
    assert outcome.to_dict()["status"] == "deleted"
    with pytest.raises(InvalidRequestError, match="`gone` is not a status"):
        Outcome(seq=0, operation=Operation.lead(1), status="gone")  # type: ignore[arg-type]  # pyright: ignore


def test_operations_are_pulled_lazily_and_in_the_callers_thread(portal: Emulator, client: Client) -> None:
    pulled: list[int] = []
    threads = set()

    def operations() -> Iterator[Operation]:
        for lead_id in range(1, 100_000):
            pulled.append(lead_id)
            threads.add(threading.get_ident())
            yield Operation.lead(lead_id)

    run = client.delete_many(operations())
    time.sleep(0.1)
    assert pulled == []
    assert portal.executions() == []
    with run:
        next(run)
    assert 1 <= len(pulled) < 2_000
    assert threads == {threading.get_ident()}


def test_a_database_cursor_serves_as_source(client: Client) -> None:
    database = sqlite3.connect(":memory:")
    database.executescript("CREATE TABLE junk (id INTEGER); INSERT INTO junk VALUES (1), (2), (3)")
    run = client.delete_many(Operation.lead(id) for (id,) in database.execute("SELECT id FROM junk"))
    assert [outcome.status for outcome in run] == ["deleted"] * 3
    database.close()


def test_an_exception_of_the_source_comes_unchanged_after_the_outcomes(client: Client) -> None:
    failure = ValueError("no more")

    def operations() -> Iterator[Operation]:
        for lead_id in range(1, 31):
            yield Operation.lead(lead_id)
        raise failure

    run = client.delete_many(operations())
    outcomes = []
    with pytest.raises(ValueError, match="no more") as caught:
        for outcome in run:
            outcomes.append(outcome)
    assert caught.value is failure
    assert sorted(outcome.seq for outcome in outcomes) == list(range(30))
    assert {outcome.status for outcome in outcomes} <= {"deleted", "not_run"}
    summary = run.summary()
    assert (summary.total, summary.stopped_by) == (30, "source")
    assert next(run, None) is None


def test_what_is_no_operation_stops_the_run(client: Client) -> None:
    run = client.delete_many([Operation.lead(1), 2])  # type: ignore[list-item]  # pyright: ignore
    with pytest.raises(InvalidRequestError, match="`int` is not an operation"):
        list(run)
    with pytest.raises(TypeError):
        client.delete_many(5)  # type: ignore[arg-type]  # pyright: ignore


def test_leaving_early_cancels_and_keeps_the_account(portal: Emulator, client: Client) -> None:
    ids = iter(range(1, 10_000))
    with client.delete_many(Operation.lead(id) for id in ids) as run:
        for _ in run:
            break
    summary = run.summary()
    assert (summary.total + 1, summary.stopped_by) == (next(ids), "cancelled")
    assert summary.deleted == len(portal.executions())
    rest = list(run)
    assert 1 + len(rest) == summary.total
    assert run.summary() == summary


@pytest.mark.parametrize("stop_after", [1, 60])
def test_a_stopped_run_gives_everything_that_was_pulled_its_outcome(client: Client, stop_after: int) -> None:
    pulled: list[Operation] = []

    def operations() -> Iterator[Operation]:
        for lead_id in range(1, 10_000):
            pulled.append(Operation.lead(lead_id))
            yield pulled[-1]

    run = client.delete_many(operations())
    outcomes = []
    for outcome in run:
        outcomes.append(outcome)
        if len(outcomes) == stop_after:
            run.cancel()
    outcomes.sort(key=lambda outcome: outcome.seq)
    assert [outcome.operation for outcome in outcomes] == pulled
    assert [outcome.seq for outcome in outcomes] == list(range(len(pulled)))
    assert outcomes[-1].status == "not_run"
    summary = run.summary()
    assert (summary.total, summary.stopped_by) == (len(pulled), "cancelled")


@having(faults=[struck_by("stall", method="batch", where="after", seconds=0.3)])
def test_leaving_early_sees_the_pack_on_the_wire_through(portal: Emulator, client: Client) -> None:
    with client.delete_many([Operation.lead(id) for id in range(1, 300)]) as run:
        next(run)
    assert run.summary().deleted == len(portal.executions())
    assert run.summary().unknown == 0


def test_a_forgotten_run_ends(portal: Emulator, client: Client) -> None:
    run = client.delete_many(Operation.lead(id) for id in range(1, 10_000))
    next(run)
    del run
    gc.collect()
    time.sleep(0.2)
    before = len(portal.executions())
    time.sleep(0.2)
    assert len(portal.executions()) == before


def test_a_run_can_be_cancelled_from_another_thread(client: Client) -> None:
    def operations() -> Iterator[Operation]:
        yield Operation.lead(1)
        while True:
            time.sleep(0.01)
            yield Operation.lead(2)

    run = client.delete_many(operations())
    threading.Timer(0.2, run.cancel).start()
    statuses = [outcome.status for outcome in run]
    assert statuses[0] == "deleted"
    assert run.summary().stopped_by == "cancelled"


def test_rules_stop_a_run(client: Client) -> None:
    missing = [Operation.lead(id) for id in range(1_000, 2_000)]
    run = client.delete_many(missing, stop_if_first_absent=10)
    statuses = [outcome.status for outcome in run]
    assert run.summary().stopped_by == "all_absent"
    assert "not_run" in statuses
    for max_failures in [-1, 1.5, True]:
        with pytest.raises(InvalidRequestError, match="`max_failures` is"):
            client.delete_many([], max_failures=max_failures)  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(B24Error, match="`many` is not a number of failures"):
        client.delete_many([], max_failures="many")
    with pytest.raises(InvalidRequestError, match="`stop_if_first_absent` is `-1`"):
        client.delete_many([], stop_if_first_absent=-1)


@having(
    faults=[struck_by("error", method="crm.lead.delete", code="ACCESS_DENIED", description="Access denied")]
)
def test_too_many_failures_stop_a_run(client: Client) -> None:
    run = client.delete_many([Operation.lead(id) for id in range(1, 300)], max_failures=3)
    list(run)
    assert run.summary().stopped_by == "max_failures"


def test_a_refused_run_tells_why(portal: Emulator) -> None:
    client = Client(webhook=portal.webhook.rstrip("/") + "x/", **UNLIMITED)
    run = client.delete_many([Operation.lead(1)])
    assert [outcome.status for outcome in run] == ["failed"]
    summary = run.summary()
    assert summary.stopped_by == "invalid_credentials"
    assert isinstance(summary.error, B24Error)
    assert not summary.is_clean


def test_a_run_is_iterated_by_one_at_a_time(client: Client) -> None:
    def operations() -> Iterator[Operation]:
        yield Operation.lead(1)
        next(run)

    run = client.delete_many(operations())
    with pytest.raises(InvalidRequestError, match="being iterated already"):
        list(run)


def test_an_operation_is_final() -> None:
    operation = Operation.lead(1)
    with pytest.raises(AttributeError):
        operation.lead_id = 2  # type: ignore[misc]  # pyright: ignore
    with pytest.raises(TypeError):
        Operation()
