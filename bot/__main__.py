"""`holdspace`, also as `python -m bot`."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 findings, 2 usage, and those of `bot.errors`."""
    # What this program writes (the database, its lock, keys) is for its own account only.
    os.umask(0o077)
    try:
        from bot.cli import run_command  # noqa: PLC0415  (so that Ctrl-C while it is read ends without a trace)
    except KeyboardInterrupt:
        return 130
    return run_command(sys.argv[1:] if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())
