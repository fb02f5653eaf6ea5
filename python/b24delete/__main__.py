"""The `b24delete` command: `python -m b24delete`."""

from __future__ import annotations

import signal
import sys

from b24delete import _native


def main() -> int:
    """Runs the command with the process's arguments and returns its exit code."""
    # The command listens to Ctrl-C by itself. Until it does, Ctrl-C ends it, as it ends any program.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.run_command(["b24delete", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
