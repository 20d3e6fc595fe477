"""The bot as a process of its own, as operators run it: how soon it is at work, and what it uses while idle."""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import figure
from bot.cli.demo.seed import import_group
from bot.cli.demo.stage import invited_with
from bot.config import Settings
from bot.storage.vault import Keyring
from sandbox import Sandbox, scene
from sandbox.scene import CIRCLE

STARTS = 3
IDLE_SECONDS = 10
_SETTLES_WITHIN = 3
_READS_BACK = f"/channels/{CIRCLE}/messages"


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    with TemporaryDirectory() as folder:
        starts = []
        for number in range(STARTS):
            sandbox = Sandbox()
            scene.build(sandbox.world, invited_with())
            await sandbox.start()
            environment = await _prepare(Path(folder), sandbox, is_first=number == 0)
            began = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.DEVNULL
            )
            try:
                starts.append(await _until_at_work(sandbox, process) - began)
                if number == STARTS - 1:
                    await _idle(process.pid)
            finally:
                if process.returncode is None:
                    process.terminate()
                await process.wait()
                await sandbox.close()
        figure(
            f"start of the process -> logged in and reading back, median of {STARTS}",
            sorted(starts)[STARTS // 2],
            "s",
            2,
        )


async def _prepare(folder: Path, sandbox: Sandbox, *, is_first: bool) -> dict[str, str]:
    """Make key, database and group once, and name them in the environment of the process."""
    database, key = f"sqlite:///{folder}/holdspace.sqlite3", folder / "key"
    if is_first:
        key.touch(mode=0o600)
        key.write_text(Keyring.new().dump(), encoding="utf-8")
        settings = Settings.model_validate({"storage": {"url": database}, "encryption": {"key_file": str(key)}})
        await import_group(settings, folder, "UTC", datetime.now(UTC))
    return {
        **os.environ,
        "HOLDSPACE_DISCORD__TOKEN": sandbox.token,
        "HOLDSPACE_DISCORD__API_URL": sandbox.api_url,
        "HOLDSPACE_DISCORD__GATEWAY_URL": sandbox.gateway_url,
        "HOLDSPACE_STORAGE__URL": database,
        "HOLDSPACE_ENCRYPTION__KEY_FILE": str(key),
        "HOLDSPACE_HEALTH__ENABLED": "false",
    }


async def _until_at_work(sandbox: Sandbox, process: asyncio.subprocess.Process) -> float:
    """Wait until the bot reads the circle back, which it does as soon as the gateway is ready."""
    async with asyncio.timeout(60):
        while not any(record.path.startswith(_READS_BACK) for record in sandbox.requests):
            if process.returncode is not None:
                raise RuntimeError(f"the bot ended with exit code {process.returncode}")
            await asyncio.sleep(0.005)
    return time.perf_counter()


async def _idle(pid: int) -> None:
    if sys.platform != "linux":
        print("  memory and processor time are measured on Linux only")
        return
    await asyncio.sleep(_SETTLES_WITHIN)
    before = _cpu_seconds(pid)
    await asyncio.sleep(IDLE_SECONDS)
    figure(
        f"processor time while idle, over {IDLE_SECONDS} s", (_cpu_seconds(pid) - before) / IDLE_SECONDS * 100, "%", 2
    )
    figure("resident memory while idle", _resident_bytes(pid) / 2**20, "MiB")


def _cpu_seconds(pid: int) -> float:
    """Read the processor time of a process, its own and the kernel's (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
