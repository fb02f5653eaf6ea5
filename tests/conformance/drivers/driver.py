"""The conformance driver for Python: carries out questions from stdin with nothing but the installed package.

`driver.py sync` uses `Client`, `driver.py async` uses `AsyncClient`. `../README.md` describes the protocol.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import traceback
from dataclasses import asdict
from typing import Any, NoReturn

from b24delete import (
    AsyncClient,
    AsyncJob,
    B24Error,
    Client,
    Deletion,
    Job,
    OAuth,
    Operation,
    Outcome,
    Summary,
)

SYMBOLS = {"%": "%25", "\t": "%09", "\r": "%0D", "\n": "%0A"}
NUMBERS = ("request_timeout", "connect_timeout", "settle_time")


class Question:
    """The fields of a question; `operation` may come often."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.operations: list[str] = []

    def add(self, name: str, value: str) -> None:
        for plain, escaped in reversed(SYMBOLS.items()):
            value = value.replace(escaped, plain)
        if name == "operation":
            self.operations.append(value)
        else:
            self.fields[name] = value

    def take(self, name: str) -> str | None:
        return self.fields.pop(name, None)

    def seconds(self, name: str) -> float | None:
        value = self.take(name)
        return None if value is None else float(value)


class Answer:
    """What is told, record by record."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def record(self, name: str, **fields: object) -> None:
        self.tell("record", name)
        for field, value in fields.items():
            if value is not None:
                self.tell(field, value)

    def tell(self, name: str, value: object) -> None:
        text = str(value)
        for plain, escaped in SYMBOLS.items():
            text = text.replace(plain, escaped)
        self.lines.append(f"{name}\t{text}\n")

    def deletion(self, deletion: Deletion) -> None:
        self.record(
            "deletion",
            status=deletion.status,
            confirmed_by=deletion.confirmed_by,
            attempts=deletion.attempts,
        )
        if deletion.time is not None:
            self.record("time", **asdict(deletion.time))

    def error(self, error: B24Error) -> None:
        self.record(
            "error",
            **{"class": type(error).__name__},
            kind=error.kind,
            effect=error.effect,
            method=error.method,
            code=error.code,
            description=error.description,
            http_status=error.http_status,
            attempts=error.attempts,
            message=error,
            debug=repr(error) + "".join(traceback.format_exception(error)),
        )
        cause = error.__cause__
        while cause is not None:
            if isinstance(cause, B24Error):
                self.tell("cause", cause.kind)
            cause = cause.__cause__

    def outcome(self, outcome: Outcome) -> None:
        self.record(
            "outcome",
            seq=outcome.seq,
            method=outcome.method,
            lead_id=outcome.lead_id,
            contact_id=outcome.contact_id,
            status=outcome.status,
            confirmed_by=outcome.confirmed_by,
            attempts=outcome.attempts,
            json=json.dumps(outcome.to_dict()),
        )
        if outcome.error is not None:
            self.error(outcome.error)

    def summary(self, summary: Summary) -> None:
        fields = summary.to_dict()
        line = json.dumps(fields)
        del fields["v"], fields["type"]
        self.record("summary", **fields, json=line)


class Store:
    """A store of tokens as a user may write it."""

    def __init__(self, behaviour: str) -> None:
        self.fails = behaviour == "failing"
        self.text: str | None = None
        self.saves = 0

    def load(self) -> str | None:
        return self.text

    def save(self, text: str) -> None:
        if self.fails:
            raise OSError("the disk is full")
        self.text = text
        self.saves += 1


def options(question: Question) -> tuple[dict[str, Any], Store | None]:
    """The options of the client, and the user's own store of tokens."""
    options: dict[str, Any] = {}
    own = None
    rest = question.take("rest")
    if rest is not None:
        store = question.take("store")
        own = Store(store) if store in ("own", "failing") else None
        options["oauth"] = OAuth(
            rest=rest,
            client_id=question.fields.pop("client_id"),
            client_secret=question.fields.pop("client_secret"),
            access_token=question.take("access_token"),
            refresh_token=question.take("refresh_token"),
            token_endpoint=question.take("token_endpoint"),
            token_request=question.take("token_request"),
            store=own or question.take("token_file"),
        )
    for name in ("webhook", "limits", "operating", "api"):
        if (text := question.take(name)) is not None:
            options[name] = text
    for name in NUMBERS:
        if (number := question.seconds(name)) is not None:
            options[name] = number
    if (concurrency := question.take("concurrency")) is not None:
        options["concurrency"] = int(concurrency)
    return options, own


def value(typed: str | None) -> Any:
    """A value with the name of its type, such as `int:7`."""
    kind, _, text = (typed or "null:").partition(":")
    makers = {"int": int, "float": float, "bool": lambda text: text == "true", "null": lambda text: None}
    return makers.get(kind, json.loads if kind == "json" else str)(text)


def operation(text: str) -> Operation:
    word, *ids = text.split(":")
    numbers = [int(number) for number in ids]
    if word == "lead_contact":
        return Operation.lead_contact(lead_id=numbers[0], contact_id=numbers[1])
    return getattr(Operation, word)(*numbers)


class Interrupted(Exception):
    """The call was cancelled by ourselves."""


async def call(client: Any, word: str, question: Question) -> Deletion:
    """A single call."""
    keywords = {"deadline": question.seconds("deadline")}
    cancel_after = question.seconds("cancel_after")
    lead_id, contact_id = question.take("lead_id"), question.take("contact_id")
    method = getattr(client, f"delete_{word}")
    if word == "lead_contact":
        called = lambda: method(lead_id=value(lead_id), contact_id=value(contact_id), **keywords)  # noqa: E731
    else:
        called = lambda: method(value(contact_id if word == "contact" else lead_id), **keywords)  # noqa: E731
    if isinstance(client, Client):
        return called()
    task = asyncio.ensure_future(called())
    if cancel_after is not None:
        asyncio.get_running_loop().call_later(cancel_after, task.cancel)
    try:
        return await task
    except asyncio.CancelledError as cancelled:
        raise cancelled.__cause__ or cancelled from None


async def many(client: Any, question: Question, answer: Answer) -> None:
    """A run."""
    first_absent = question.take("stop_if_first_absent")
    cancel_after = question.seconds("cancel_after")
    run = client.delete_many(
        [operation(text) for text in question.operations],
        max_failures=question.take("max_failures"),
        stop_if_first_absent=first_absent and int(first_absent),
    )
    timer = threading.Timer(cancel_after or 0, run.cancel)
    if cancel_after is not None:
        timer.start()
    if isinstance(client, Client):
        for outcome in run:
            answer.outcome(outcome)
    else:
        async for outcome in run:
            answer.outcome(outcome)
    timer.cancel()
    answer.summary(run.summary())


async def plan(client: Any, question: Question, answer: Answer) -> None:
    """The plan of a job."""
    expect = question.take("expect")
    kind: Any = Job if isinstance(client, Client) else AsyncJob
    planned = kind.plan(
        question.fields.pop("job_file"),
        client,
        [operation(text) for text in question.operations],
        expect=expect and int(expect),
        if_unchanged=question.take("if_unchanged") == "true",
    )
    if kind is AsyncJob:
        await planned
    answer.record("planned")


async def run_job(client: Any, question: Question, answer: Answer) -> None:
    """The run of a job, and what its file holds then."""
    expect = question.take("expect")
    kind: Any = Job if isinstance(client, Client) else AsyncJob
    job = kind.open(question.fields.pop("job_file"))
    ran = job.run(client, expect=expect and int(expect), max_failures=question.take("max_failures"))
    summary = await ran if kind is AsyncJob else ran
    for outcome in job.outcomes():
        answer.outcome(outcome)
    answer.summary(summary)


async def carry_out(question: Question, answer: Answer, is_async: bool) -> None:
    question.take("vector")
    word = question.fields.pop("call")
    settings, store = options(question)
    try:
        # Only the other client can be cancelled from without.
        is_cancelled = word != "many" and "cancel_after" in question.fields
        client = AsyncClient(**settings) if is_async or is_cancelled else Client(**settings)
        if word == "open":
            answer.record("opened")
        elif word == "many":
            await many(client, question, answer)
        elif word == "plan":
            await plan(client, question, answer)
        elif word == "run":
            await run_job(client, question, answer)
        else:
            answer.deletion(await call(client, word, question))
    except B24Error as error:
        question.fields.clear()
        answer.error(error)
    if store is not None:
        answer.record("store", saves=store.saves)
    if question.fields:
        raise SystemExit(f"unknown fields: {list(question.fields)}")


def main() -> NoReturn:
    logging.basicConfig(level=1, stream=sys.stderr)
    question = Question()
    for line in sys.stdin:
        name, tab, text = line.rstrip("\n").partition("\t")
        if tab:
            question.add(name, text)
            continue
        answer = Answer()
        asyncio.run(carry_out(question, answer, is_async=sys.argv[1:] == ["async"]))
        sys.stdout.write("".join(answer.lines) + "\n")
        sys.stdout.flush()
        question = Question()
    raise SystemExit(0)


main()
