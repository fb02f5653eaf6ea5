from __future__ import annotations

import asyncio
import doctest
import importlib
from pathlib import Path
from typing import Any

import pytest

import b24delete
from b24delete import AsyncClient, AsyncJob, Client, Job, NotFoundError, OAuth, Operation
from b24delete.options import Limits
from b24delete.testing import Emulator

REPOSITORY = Path(__file__).parents[2]
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "python" / "README.md",
    *(REPOSITORY / "docs/guide").glob("*.md"),
]
EXAMPLES = {
    f"{page.relative_to(REPOSITORY)}-{number}": block.split("\n```")[0]
    for page in sorted(PAGES)
    for number, block in enumerate(page.read_text(encoding="utf-8").split("```python\n")[1:], 1)
}
MODULES = ["", ".client", ".async_client", ".jobs", ".async_jobs", ".errors", ".options", ".testing"]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def names(portal: Emulator) -> dict[str, object]:
    """What the examples take as known."""
    known: list[Any] = [
        AsyncClient,
        AsyncJob,
        Client,
        Emulator,
        Job,
        Limits,
        NotFoundError,
        OAuth,
        Operation,
        asyncio,
    ]
    client = Client(webhook=portal.webhook)
    return {**{item.__name__: item for item in known}, "webhook": portal.webhook, "client": client}


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_docstrings(module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    documented = importlib.import_module(b24delete.__name__ + module)
    tests = doctest.DocTestFinder().find(documented)
    if module == "":
        tests += doctest.DocTestFinder().find(Operation, "Operation", module=documented)
    attempted = 0
    for test in tests:
        with Emulator(leads=20, contacts=20) as portal:
            test.globs.update(names(portal))
            results = doctest.DocTestRunner(optionflags=FLAGS).run(test)
        assert results.failed == 0, test.name
        attempted += results.attempted
    assert attempted > 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_the_pages(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code = EXAMPLES[name]
    printed = [line[len("# prints: ") :] for line in code.splitlines() if line.startswith("# prints: ")]
    with Emulator(leads=600, contacts=60, links_per_lead=2) as portal:
        monkeypatch.setenv("B24_WEBHOOK", portal.webhook)
        exec(compile(code, name, "exec"), {"__name__": "__main__"})
        assert portal.executions() or printed or "def test_" in code
    if printed:
        assert capsys.readouterr().out.splitlines() == printed


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 10, list(EXAMPLES)
