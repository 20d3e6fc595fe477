"""What can be checked without Discord: the key, the database, the texts, the groups."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.cli.checks import Finding, fail, failed, ok, warn
from bot.config import Settings
from bot.crisis.member.helplines import Helplines
from bot.crisis.outside.pages import refuse_wrong_addresses, targets_of
from bot.crisis.screening import Screener
from bot.daily_prompts.library import BrokenLibrary, Shelf, built_in_languages, load, with_own
from bot.errors import BadInput, ConfigError, KeyProblem, StorageError
from bot.groups import store
from bot.groups.model import Group
from bot.storage.engine import Database, look_for_damage, ping
from bot.storage.lock import SingleRunner, is_running_on
from bot.storage.migrate import is_current, refuse_what_is_not_ours
from bot.storage.vault import Keyring, Vault
from bot.words import Library

_ENOUGH_SPACE = 200 * 1024 * 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """What the texts cover; None where they could not be loaded."""

    languages: frozenset[str] | None
    helplines: Helplines | None


def key(settings: Settings) -> tuple[Finding, Vault | None]:
    """Read the key file."""
    path = settings.encryption.key_file
    try:
        ring = Keyring.read(path)
    except KeyProblem as problem:
        return failed("key", problem), None
    return ok("key", f"{path} can be read, and only by this account"), Vault(ring)


def token(settings: Settings) -> list[Finding]:
    """Say that there is no token, where Discord is not asked about it."""
    if settings.discord.token is not None:
        return []
    return [warn("token", "there is none yet, and the bot does not start without it", "Hand it over: holdspace init")]


def sqlite_version(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Finding:
    """Warn of the SQLite versions whose write-ahead log two programs can damage (sqlite.org/wal.html#walresetbug)."""
    told = ".".join(map(str, version))
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if mended:
        return ok("sqlite", f"version {told}")
    return warn(
        "sqlite",
        f"version {told} has a rare fault when two programs write to one database file at once",
        "The bot writes alone. Let nothing else write to the file (no Litestream, no database editor), and to be quite "
        "sure stop the bot while you import groups; or use a Python with SQLite 3.51.3 or newer.",
    )


async def database(settings: Settings) -> list[Finding]:
    """Reach the database, see whose version it is, and prove that it can be written to."""
    path = settings.storage.sqlite_path
    if path is not None and not path.exists():
        return [_new_file(path)]
    findings = [] if path is None else [*_file(path), await _runner(path)]
    opened = Database(settings.storage.async_url)
    try:
        async with opened.read() as tx:
            version = await tx.run_sync(_version)
        await ping(opened)
        await look_for_damage(opened)
    except StorageError as error:
        return [*findings, failed("database", error)]
    finally:
        await opened.close()
    return [
        Finding(version.grade, version.what, f"{settings.storage.shown}: {version.text}", version.remedy),
        *findings,
    ]


def _new_file(path: Path) -> Finding:
    if is_running_on(path):
        remedy = (
            "Leave that bot running, and copy the file out of /proc/ITS-PROCESS/fd first: a stop loses what it holds."
        )
        return fail("database", f"{path} is gone, but a bot still runs on it", remedy)
    folder = path.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return fail("database", f"{path} cannot be made here", f"Make the folder {folder}, writable for this account.")
    return ok("database", f"{path} will be made at the first start")


def _file(path: Path) -> Iterator[Finding]:
    if os.name == "posix" and path.stat().st_mode & 0o007:
        yield warn("database", f"{path} can be read by every account of this machine", f"Close it: chmod 600 {path}")
    free = shutil.disk_usage(path.parent).free
    if free < _ENOUGH_SPACE:
        yield warn("disk", f"{free // 2**20} MiB are left on the database's disk", "Free some space.")


async def _runner(path: Path) -> Finding:
    try:
        async with SingleRunner(path, wait_seconds=0):
            return ok("running", "no bot is running on this database")
    except StorageError:
        return ok("running", "a bot is running on this database")


def _version(connection: Connection) -> Finding:
    if is_current(connection):
        return ok("database", "can be written to, and is of this version")
    refuse_what_is_not_ours(connection)
    return ok("database", "can be written to, and will be brought up to this version at the next start")


async def groups(settings: Settings, vault: Vault, known: Known) -> tuple[list[Finding], list[Group]]:
    """Read the groups and say what their therapists should know; the key must open their names."""
    none = warn("groups", "there is no group yet", "Describe one (docs/operators.md) and: holdspace groups import FILE")
    path = settings.storage.sqlite_path
    if path is not None and not path.exists():
        return [none], []
    opened = Database(settings.storage.async_url)
    try:
        async with opened.read() as tx:
            if not await tx.run_sync(is_current):
                return [], []  # `database` has said what will happen to it
            found = await store.load_all(tx, vault)
    except StorageError:
        return [], []  # `database` has said why
    finally:
        await opened.close()
    if any(group.name is None for group in found):
        problem = fail(
            "key",
            "this key does not open what is in this database",
            "Put back the key that the database was written with; encryption.key_file says where it is looked for.",
        )
        return [problem], found
    return [finding for group in found for finding in _about(group, known)] or [none], found


def _about(group: Group, known: Known) -> list[Finding]:
    what = f"group {group.key}"
    findings = []
    reached = {person for step in range(len(group.escalation.chain)) for person in group.people_of(step)}
    if len(reached) < 2:  # noqa: PLR2004
        findings.append(
            warn(what, "only one person is ever paged", "Name a second one in therapists and in escalation.chain.")
        )
    if known.languages is not None and group.language not in known.languages:
        findings.append(
            warn(
                what,
                f'messages are not screened in "{group.language}"',
                "Tell the group so. Members can still tell a therapist privately, which pages.",
            )
        )
    if known.helplines is not None and not known.helplines.of(group.country):
        findings.append(
            warn(
                what,
                f"no crisis line of {group.country} is confirmed well enough to be shown",
                "Members get the emergency number, where one is known, and a directory. Pin local lines in the circle.",
            )
        )
    return findings or [ok(what, "its settings are sound")]


def own_prompts(folder: Path | None) -> list[Finding]:
    """Look over people's own prompts; if they are broken, the bot starts with those that come along."""
    if folder is None:
        return []
    if not any((folder / language).is_dir() for language in built_in_languages()):
        remedy = "It needs a subfolder for each language, en or es, with .toml files in it."
        return [warn("own prompts", f"there are none in {folder}", remedy)]
    folders = with_own(folder)
    try:
        for language in built_in_languages():
            load(language, folders(language))
    except BrokenLibrary as broken:
        return [warn("own prompts", f"they are left out until this is mended: {broken.message}", broken.remedy)]
    return [ok("own prompts", "can be loaded")]


def paging(settings: Settings) -> list[Finding]:
    """Look whether every address outside Discord can be used, without sending anything."""
    targets = targets_of(settings.paging)
    try:
        refuse_wrong_addresses(targets)
    except ConfigError as error:
        return [failed("paging", error)]
    count = len(list(targets))
    if not count:
        return [
            warn(
                "paging",
                "nobody can be reached outside Discord",
                "While Discord is down no page reaches anybody. Set a target: docs/operators.md, section 6.",
            )
        ]
    return [ok("paging", f"{count} targets outside Discord can be used; holdspace page test tries them")]


def texts() -> tuple[list[Finding], Known]:
    """Load every text and word list that the bot speaks and listens with."""
    screening, screener = _loaded("screening", Screener.load)
    lines, helplines = _loaded("crisis lines", Helplines.load)
    words, _ = _loaded("texts", Library.load)
    prompts, _ = _loaded("prompts", lambda: [Shelf().library(language) for language in built_in_languages()])
    languages = frozenset(screener.languages) if screener is not None else None
    return [screening, lines, words, prompts], Known(languages, helplines)


def _loaded(what: str, loader: Callable[[], T]) -> tuple[Finding, T | None]:
    try:
        return ok(what, "can be loaded"), loader()
    except BadInput as error:
        return failed(what, error), None
