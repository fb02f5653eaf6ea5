"""This project's Python package at the work that `cargo xtask bench` measures.

Arguments: what to do, the webhook's URL, the first lead's id, how many leads. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from threading import Thread

from b24delete import AsyncClient, Client, Operation

TOGETHER = 1000
"""Calls that are awaited at the same time."""
THREADS = 32
OPTIONS = {"limits": "off", "operating": "off"}

Told = dict[str, float]


def resident() -> float:
    """The memory that this process holds, in MiB."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak() -> float:
    """The most memory that this process has held, in MiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 2**10


def many(webhook: str, ids: range) -> Told:
    run = Client(webhook=webhook, **OPTIONS).delete_many(Operation.lead(id) for id in ids)
    return {"done": sum(outcome.status == "deleted" for outcome in run)}


def many_async(webhook: str, ids: range) -> Told:
    async def main() -> int:
        async with AsyncClient(webhook=webhook, **OPTIONS) as client:
            done = 0
            async for outcome in client.delete_many(Operation.lead(id) for id in ids):
                done += outcome.status == "deleted"
            return done

    return {"done": asyncio.run(main())}


def calls(webhook: str, ids: range) -> Told:
    client = Client(webhook=webhook, **OPTIONS)
    took = []
    for id in ids:
        started = time.perf_counter()
        client.delete_lead(id)
        took.append(time.perf_counter() - started)
    return {"done": len(took), "median_seconds": median(took or [0])}


def together(webhook: str, ids: range) -> Told:
    """Rounds of concurrent calls; what the first one leaves behind is not counted as growth."""

    async def main() -> Told:
        async with AsyncClient(webhook=webhook, **OPTIONS) as client:
            return await rounds_of(client)

    async def rounds_of(client: AsyncClient) -> Told:
        done, before = 0, 0.0
        for start in range(0, len(ids), TOGETHER):
            deletions = await asyncio.gather(*map(client.delete_lead, ids[start : start + TOGETHER]))
            done += sum(deletion.status == "deleted" for deletion in deletions)
            before = before or resident()
        return {"done": done, "resident_before": before, "resident_after": resident()}

    return asyncio.run(main())


def threads(webhook: str, ids: range) -> Told:
    """Threads that share a client; what the first tenth of the work leaves behind is not counted as growth."""
    client = Client(webhook=webhook, **OPTIONS)
    done: list[int] = []

    def work(own: range) -> None:
        done.append(sum(client.delete_lead(id).status == "deleted" for id in own))

    def all_at(part: range) -> None:
        workers = [Thread(target=work, args=[part[place::THREADS]]) for place in range(THREADS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    first = len(ids) // 10
    all_at(ids[:first])
    before = resident()
    for start in range(first, len(ids), max(first, 1)):
        all_at(ids[start : start + first])
    return {"done": sum(done), "resident_before": before, "resident_after": resident()}


if __name__ == "__main__":
    what, webhook, first, count = sys.argv[1:]
    works: dict[str, Callable[[str, range], Told]] = {
        work.__name__: work for work in (many, many_async, calls, together, threads)
    }
    told = works[what](webhook, range(int(first), int(first) + int(count)))
    print(json.dumps({**told, "peak": peak()}))
