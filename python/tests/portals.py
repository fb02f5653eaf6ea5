"""What tests say about the portals that they need."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

import pytest


class Unlimited(TypedDict):
    limits: Literal["off"]
    operating: Literal["off"]


UNLIMITED: Unlimited = {"limits": "off", "operating": "off"}


def having(**options: Any) -> pytest.MarkDecorator:
    """The portal of a test has these options."""
    return pytest.mark.parametrize("portal", [options], indirect=True, ids=["portal"])


def struck_by(
    kind: str, *, method: str = "crm.*.delete", where: Any = "before", **fault: Any
) -> dict[str, Any]:
    """A rule for a fault."""
    return {"method": method, "where": where, "fault": {"kind": kind, **fault}}
