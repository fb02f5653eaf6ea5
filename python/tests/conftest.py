from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest
from portals import UNLIMITED

from b24delete import Client
from b24delete.testing import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a shell runs in the background ignores Ctrl-C, and so would these tests.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def portal(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """A portal without limits; `@pytest.mark.parametrize("portal", [{…}], indirect=True)` gives it options."""
    options: dict[str, Any] = {"leads": 300, "contacts": 20, "limits": "off", "operating": "off"}
    with Emulator(**{**options, **getattr(request, "param", {})}) as portal:
        yield portal


@pytest.fixture
def client(portal: Emulator) -> Client:
    return Client(webhook=portal.webhook, **UNLIMITED)
