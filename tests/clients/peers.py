"""Faults that users of published clients met: what this project makes of each, and what the clients do.

`peers.py` prints the table of PEERS.md. `peers.py CLIENT SCENARIO ADDRESSES` carries out one scenario with one client and
prints what its caller is told, in a process of its own, because some of them never come to an end.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator import Emulator

LEAD = "crm.lead.delete"
DOMAIN = "portal.b24.test"
PATIENCE = 60
"""Seconds after which a client has not come to an end."""


@dataclass(frozen=True)
class Scenario:
    """A fault, and the leads that a caller wants to be deleted."""

    title: str
    ids: list[int]
    leads: int
    way: str = "bulk"
    """How the client is called: `single`, `batch` (one request) or `bulk` (whatever it has for many)."""
    faults: list[dict[str, Any]] = field(default_factory=list)
    undeletable: list[int] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)
    """Options of this project's command."""
    redirects: bool = False
    about_secrets: bool = False


def always(**fault: Any) -> dict[str, Any]:
    return {"method": LEAD, "fault": fault}


SCENARIOS = {
    "empty_code": Scenario(
        "a refusal with an empty code inside a batch, for one lead of 3",
        ids=[1, 2, 3],
        leads=3,
        undeletable=[2],
    ),
    "missing": Scenario("one missing id of 500", ids=[*range(1, 500), 900_000], leads=499),
    "item_51": Scenario("a 51st item in a batch", ids=list(range(1, 52)), leads=51, way="batch"),
    "chunks": Scenario(
        "120 leads in several packs: keys that come again", ids=list(range(1, 121)), leads=120
    ),
    "operating": Scenario(
        "the limit on execution time refuses the 21st lead of 40",
        ids=list(range(1, 41)),
        leads=40,
        faults=[{**always(kind="operating_limit"), "nth": 21}],
        ours=["--operating", "1/5"],
    ),
    "lost": Scenario(
        "the answer is lost after the lead was deleted",
        ids=[1],
        leads=1,
        way="single",
        faults=[{**always(kind="reset"), "nth": 1, "where": "after"}],
    ),
    "page": Scenario(
        "the portal answers with an error page: is the secret in the exception or the log?",
        ids=[1],
        leads=1,
        way="single",
        faults=[always(kind="html", status=500)],
        about_secrets=True,
    ),
    "hang_up": Scenario(
        "the portal closes every connection: is the secret in the exception or the log?",
        ids=[1],
        leads=1,
        way="single",
        faults=[{"fault": {"kind": "reset"}}],
        about_secrets=True,
    ),
    "redirect": Scenario(
        "the portal redirects to another host: do the credentials follow?",
        ids=[1],
        leads=1,
        way="single",
        redirects=True,
        about_secrets=True,
    ),
}


# --- what the clients do -------------------------------------------------------------------------------------------

Told = tuple[list[Any], int]
"""The results that a caller gets, and how many errors beside them."""


def fast_bitrix24(scenario: Scenario, addresses: dict[str, str]) -> Told:
    from fast_bitrix24 import Bitrix

    client = Bitrix(addresses["webhook"], verbose=False)
    if scenario.way == "single":
        return [client.call(LEAD, {"id": scenario.ids[0]})], 0
    if scenario.way == "batch":
        commands = {f"lead{id}": f"{LEAD}?id={id}" for id in scenario.ids}
        return list(client.call_batch({"halt": 0, "cmd": commands}).values()), 0
    return list(client.call(LEAD, [{"id": id} for id in scenario.ids])), 0


def b24pysdk(scenario: Scenario, addresses: dict[str, str]) -> Told:
    from b24pysdk import BitrixWebhook, Client

    client = Client(BitrixWebhook(domain=DOMAIN, webhook_token=addresses["token"]))
    if scenario.way == "single":
        return [client.crm.lead.delete(scenario.ids[0]).result], 0
    requests = {f"lead{id}": client.crm.lead.delete(id) for id in scenario.ids}
    sent = client.call_batch(requests) if scenario.way == "batch" else client.call_batches(requests)
    return list(sent.result.result.values()), len(sent.result.result_error)


PYTHON_CLIENTS: dict[str, Callable[[Scenario, dict[str, str]], Told]] = {
    "fast-bitrix24": fast_bitrix24,
    "b24pysdk": b24pysdk,
}


def carry_out(client: str, name: str, addresses: str) -> None:
    """Prints what a caller of the client is told; everything that is logged goes to stderr."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    told: dict[str, Any] = {"deleted": 0, "errors": 0, "raised": None}
    try:
        results, told["errors"] = PYTHON_CLIENTS[client](SCENARIOS[name], json.loads(addresses))
        told["deleted"] = sum(result is True for result in results)
    except Exception as error:
        told["raised"] = type(error).__name__
        traceback.print_exc()
    print(json.dumps(told))


# --- how each is started ---------------------------------------------------------------------------------------------


def python_command(client: str, name: str, portal: Emulator, environment: dict[str, str]) -> list[str]:
    for variable in ("no_proxy", "NO_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        environment.pop(variable, None)
    if client == "b24pysdk":
        environment |= {"HTTPS_PROXY": portal.proxy, "REQUESTS_CA_BUNDLE": portal.ca_file}
    addresses = json.dumps({"webhook": portal.webhook, "token": portal.webhook_token})
    return [sys.executable, __file__, client, name, addresses]


def node_command(client: str, name: str, portal: Emulator, environment: dict[str, str]) -> list[str]:
    environment["NODE_EXTRA_CA_CERTS"] = portal.ca_file
    script = Path(__file__).parent / "node" / "delete_leads.js"
    scenario = SCENARIOS[name]
    return ["node", str(script), portal.webhook, scenario.way, *map(str, scenario.ids)]


def our_command(client: str, name: str, portal: Emulator, environment: dict[str, str]) -> list[str]:
    environment["B24_WEBHOOK"] = portal.webhook
    scenario = SCENARIOS[name]
    options = ["--yes", "--output", "jsonl", "--limits", "off", "--settle-time", "1", "-vvv"]
    return [os.environ["B24DELETE"], "lead", *map(str, scenario.ids), *options, *scenario.ours]


Starter = Callable[[str, str, Emulator, dict[str, str]], list[str]]
CLIENTS: dict[str, tuple[Starter, list[str]]] = {
    "b24delete": (our_command, []),
    "fast-bitrix24": (python_command, []),
    "b24pysdk": (python_command, ["--tls", "--connect-proxy"]),
    "@bitrix24/b24jssdk": (node_command, ["--tls"]),
}


# --- what came of it -------------------------------------------------------------------------------------------------


def play(client: str, name: str) -> str:
    """One cell of the table."""
    scenario = SCENARIOS[name]
    starter, options = CLIENTS[client]
    options = [*options, "--limits", "off", "--operating", "off", "--leads", str(scenario.leads)]
    with Emulator(*options) as portal, Emulator("--record-requests") as elsewhere:
        portal.strike(*scenario.faults)
        if scenario.redirects:
            location = elsewhere.webhook.split("/rest/")[0] + f"/rest/{portal.webhook_token}/{LEAD}.json"
            portal.strike({"fault": {"kind": "redirect", "location": location}})
        portal.restrict(*({"entity_type_id": 1, "id": id, "undeletable": True} for id in scenario.undeletable))
        environment = dict(os.environ)
        command = starter(client, name, portal, environment)
        try:
            done = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return f"no end after {PATIENCE} s"
        told = our_words(done.stdout) if client == "b24delete" else their_words(done.stdout, done.stderr)
        deleted = scenario.leads - len(portal.records()["leads"])
        facts = [told, f"{deleted} of {len(scenario.ids)} gone"]
        facts += findings(scenario, portal, elsewhere, done.stdout + done.stderr)
        return "; ".join(facts)


def our_words(stdout: str) -> str:
    lines = [json.loads(line) for line in stdout.splitlines()]
    statuses = Counter(line["status"] for line in lines if line["type"] == "outcome")
    by_lookup = sum(line["confirmed_by"] == "lookup" for line in lines if line["type"] == "outcome")
    words = ", ".join(f"{count} {status}" for status, count in statuses.items())
    return f"tells {words}" + (" (by lookup)" if by_lookup else "")


def their_words(stdout: str, stderr: str) -> str:
    if not stdout.strip():
        raise RuntimeError(f"the client told nothing:\n{stderr[-3000:]}")
    told = json.loads(stdout.splitlines()[-1])
    raised = told["raised"]
    deleted = f"tells {told['deleted']} deleted"
    if told["errors"]:
        deleted += f", {told['errors']} error" + ("s" if told["errors"] > 1 else "")
    return deleted if raised is None else f"`{raised}`" + (f", {deleted}" if told["deleted"] else "")


def findings(scenario: Scenario, portal: Emulator, elsewhere: Emulator, seen: str) -> list[str]:
    """What harm was done beside the results."""
    findings = []
    runs = Counter(execution["lead_id"] for execution in portal.executions(LEAD))
    if repeated := sum(count > 1 for count in runs.values()):
        findings.append(f"{repeated} sent again blindly")
    refused = sum(portal.refused().values())
    if refused:
        findings.append(f"the portal refused {refused}")
    secret = portal.webhook_token.split("/")[1]
    if scenario.about_secrets and secret in seen:
        findings.append("**the webhook's code is shown**")
    if any(secret in request["path"] + request["query"] + request["body"] for request in elsewhere.requests()):
        findings.append("**the webhook's code went to the other host**")
    return findings


HEADER = """# Faults of others

Made by `cargo xtask peers` from `tests/clients/peers.py`: faults that users of published Bitrix24 clients met, played on the local
portal, with what a caller is told, what is gone, and what else happened. Each client is called the way its documentation shows for
so many records. Logs count at level INFO, those of b24delete at its most talkative.
"""


def table() -> str:
    """The table, as the file PEERS.md has it."""
    versions = json.loads((Path(__file__).parent / "node" / "package.json").read_text())["dependencies"]
    for line in (Path(__file__).parent / "requirements.txt").read_text().splitlines():
        name, _, version = line.partition("==")
        versions[name.replace("_", "-")] = version
    titles = [client + (f" {versions[client]}" if client in versions else "") for client in CLIENTS]
    with ThreadPoolExecutor(8) as pool:
        cells = {
            (client, name): pool.submit(play, client, name) for name in SCENARIOS for client in CLIENTS
        }
        rows = [
            [scenario.title, *(cells[client, name].result() for client in CLIENTS)]
            for name, scenario in SCENARIOS.items()
        ]
    lines = [["fault", *titles], ["---"] * (len(CLIENTS) + 1), *rows]
    return HEADER + "\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) == 4:
        carry_out(*sys.argv[1:])
    else:
        print(table(), end="")
