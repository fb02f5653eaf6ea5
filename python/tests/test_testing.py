from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from portals import UNLIMITED

from b24delete import Client
from b24delete.testing import Emulator

USERS_TEST = """
import pytest
from b24delete import Client

def test_one(b24_emulator):
    assert b24_emulator.snapshot()["leads"] == []

@pytest.mark.b24_emulator(leads=3, limits="off")
def test_two(b24_emulator):
    Client(webhook=b24_emulator.webhook).delete_lead(2)
    assert b24_emulator.snapshot()["leads"] == [1, 3]
"""


def test_users_have_a_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_integration.py").write_text(USERS_TEST, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "2 passed" in done.stdout, done.stdout


def test_a_portal_has_the_options_of_the_command() -> None:
    faults = [{"method": "crm.lead.delete", "fault": {"kind": "error", "code": "X", "description": "no"}}]
    with Emulator(leads=1, limits="off", cost={"crm.*": 0.01}, faults=faults) as portal:
        with pytest.raises(Exception, match="no"):
            Client(webhook=portal.webhook, **UNLIMITED).delete_lead(1, deadline=1)
        assert "running" in repr(portal)
    assert "not running" in repr(portal)


def test_a_portal_that_cannot_start_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"the emulator did not start: .*limits"), Emulator(limits="many"):
        pass
