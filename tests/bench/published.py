"""Published Python clients at the work that `cargo xtask bench` measures, each as its documentation shows for many records.

Arguments: the client, the webhook's URL, the first lead's id, how many leads. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

LEAD = "crm.lead.delete"
DOMAIN = "portal.b24.test"
"""b24pysdk knows only https on port 443: a proxy leads it to the portal."""


def fast_bitrix24(webhook: str, ids: range) -> list[object]:
    from fast_bitrix24 import Bitrix

    client = Bitrix(webhook, verbose=False)
    return list(client.call(LEAD, [{"id": id} for id in ids])) if ids else []


def b24api(webhook: str, ids: range) -> list[object]:
    os.environ["BITRIX24_API_WEBHOOK_URL"] = webhook
    from b24api import Bitrix24

    return list(Bitrix24().batch({"method": LEAD, "parameters": {"id": id}} for id in ids))


def b24pysdk(webhook: str, ids: range) -> list[object]:
    from b24pysdk import BitrixWebhook, Client

    token = urlsplit(webhook).path.strip("/").removeprefix("rest/")
    client = Client(BitrixWebhook(domain=DOMAIN, webhook_token=token))
    requests = {f"lead{id}": client.crm.lead.delete(id) for id in ids}
    return list(client.call_batches(requests).result.result.values()) if requests else []


if __name__ == "__main__":
    name, webhook, first, count = sys.argv[1:]
    clients: dict[str, Callable[[str, range], list[object]]] = {
        client.__name__: client for client in (fast_bitrix24, b24api, b24pysdk)
    }
    results = clients[name](webhook, range(int(first), int(first) + int(count)))
    print(json.dumps({"done": sum(result is True for result in results)}))
