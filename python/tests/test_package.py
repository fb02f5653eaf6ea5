from __future__ import annotations

import subprocess
import sys

import pytest

import b24delete

IMPORTED = """
import sys
before = set(sys.modules)
import b24delete
print(*sorted(name for name in set(sys.modules) - before if not name.startswith("b24delete")))
"""


def test_the_import_waits_for_nothing_large() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"__future__", "atexit"}


@pytest.mark.parametrize("name", b24delete.__all__)
def test_all_names_are_there(name: str) -> None:
    assert getattr(b24delete, name)
    assert name in dir(b24delete)


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match=r"module 'b24delete' has no attribute 'Bulk'"):
        b24delete.Bulk  # type: ignore[attr-defined]  # noqa: B018
