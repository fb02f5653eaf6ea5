"""The fixture `b24_emulator` for pytest, which finds it by itself once b24delete is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from b24delete.testing import Emulator


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", "b24_emulator(**options): options of the portal of `b24_emulator`")


@pytest.fixture
def b24_emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """A local portal of this test's own. The marker `b24_emulator(leads=10)` takes the options of `Emulator`."""
    from b24delete.testing import Emulator

    options: dict[str, Any] = {}
    for marker in request.node.iter_markers("b24_emulator"):
        options = {**marker.kwargs, **options}
    with Emulator(**options) as portal:
        yield portal
