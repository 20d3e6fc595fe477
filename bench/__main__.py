"""Runs the measurements, all or those that are named, and prints their figures."""

import importlib
import os
import pkgutil
import platform
import sys
import time

import bench


def main(wanted: list[str]) -> int:
    """Run the modules that are named, else all; a mistyped name is told its neighbours."""
    known = sorted(found.name for found in pkgutil.iter_modules(bench.__path__))
    known = [name for name in known if name not in ("__main__", "report")]
    strangers = [name for name in wanted if name not in known]
    if strangers:
        print(f"There is no measurement {', '.join(strangers)}. Known: {', '.join(known)}.", file=sys.stderr)
        return 2
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors{load}")
    for name in wanted or known:
        began = time.monotonic()
        print(f"\n{name}", flush=True)
        importlib.import_module(f"bench.{name}").main()
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
