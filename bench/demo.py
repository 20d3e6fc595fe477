"""How long a visitor waits: from `holdspace demo` to an address that can be opened, with the bot at work behind it."""

import signal
import subprocess
import sys
import time
import urllib.request

from bench.report import figure

STARTS = 3


def main() -> None:
    """Measure and print."""
    waits = sorted(_start() for _ in range(STARTS))
    figure(f"holdspace demo -> its page answers, median of {STARTS}", waits[STARTS // 2], "s", 2)


def _start() -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "demo", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        with urllib.request.urlopen(process.stdout.readline().strip()) as page:
            page.read()
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


if __name__ == "__main__":
    main()
