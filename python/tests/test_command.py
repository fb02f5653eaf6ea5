from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from b24delete.testing import Emulator

SCRIPT = [str(Path(sys.executable).with_name("b24delete"))]
MODULE = [sys.executable, "-m", "b24delete"]


@pytest.mark.parametrize("command", [SCRIPT, MODULE], ids=["script", "module"])
def test_the_command_comes_with_the_package(portal: Emulator, command: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [*command, "lead", "1", "999", "--yes", "--output", "jsonl"],
        env={**os.environ, "B24_WEBHOOK": portal.webhook, "XDG_STATE_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    statuses = [json.loads(line).get("status") for line in done.stdout.splitlines()]
    assert statuses[:2] == ["deleted", "absent"]


def test_exit_codes_are_passed_on() -> None:
    done = subprocess.run([*MODULE, "lead"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: no targets were given")
    assert subprocess.run([*MODULE, "--version"], capture_output=True).returncode == 0


def test_arguments_need_not_be_text() -> None:
    done = subprocess.run([*MODULE, "lead", "--from", b"/n\xffowhere"], capture_output=True)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_ctrl_c_ends_it_as_it_ends_the_program() -> None:
    process = subprocess.Popen(
        [*MODULE, "emulator"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "webhook" in json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, problems = process.communicate(timeout=10)
    assert (process.returncode, problems) == (0, "")


def test_a_reader_who_has_gone_is_no_trouble() -> None:
    done = subprocess.run(
        f"{sys.executable} -m b24delete --help | true", shell=True, capture_output=True, text=True, timeout=10
    )
    assert "Traceback" not in done.stderr
    assert "panicked" not in done.stderr
