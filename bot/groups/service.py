"""The groups that the running bot works with, and the import that changes them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import KeyProblem
from bot.groups import store
from bot.groups.model import Group
from bot.storage.engine import Database
from bot.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does to one group; `fields` are the names of what changes, empty for a new one."""

    key: str
    is_new: bool
    fields: tuple[str, ...]


class Groups:
    """A picture of all groups in memory, refreshed by the ticker so that an import is seen within seconds."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._version: frozenset[tuple[str, datetime]] | None = None
        self._by_key: dict[str, Group] = {}

    async def refresh(self, _now: datetime) -> bool:
        """Read the groups again if any was added or changed; True if so."""
        async with self._database.read() as tx:
            version = await store.version(tx)
            if version == self._version:
                return False
            loaded = await store.load_all(tx, self._vault)
        self._by_key = {group.key: group for group in loaded}
        self._version = version
        return True

    def all(self) -> list[Group]:
        """Return every group, in the order of their keys."""
        return list(self._by_key.values())

    def get(self, key: str) -> Group | None:
        """Return one group by its short key."""
        return self._by_key.get(key)

    def of_circle(self, channel_id: int) -> Group | None:
        """Return the group whose circle this channel is."""
        return next((group for group in self._by_key.values() if group.circle == channel_id), None)

    def of_server(self, server_id: int) -> list[Group]:
        """Return the groups that live on this server."""
        return [group for group in self._by_key.values() if group.server == server_id]

    def of_channel(self, channel_id: int) -> Group | None:
        """Return the group that this channel belongs to, as its circle or its care channel."""
        return next((group for group in self._by_key.values() if channel_id in (group.circle, group.care)), None)

    async def save(self, wanted: Sequence[Group], now: datetime, *, dry_run: bool = False) -> list[Change]:
        """Write groups, all or none; the same key updates, absent groups stay. Returns what changed."""
        async with self._database.write() as tx:
            present = {group.key: group for group in await store.load_all(tx, self._vault)}
            wanted = [_with_what_is_stored(group, present.get(group.key)) for group in wanted]
            changes = [change for group in wanted if (change := _change(present.get(group.key), group)) is not None]
            if not dry_run:
                await self._write(tx, wanted, {change.key for change in changes}, present, now)
        return changes

    async def change(self, key: str, how: Callable[[Group], Group], now: datetime) -> Group | None:
        """Change one group as it is stored now; None if there is no such group. `how` may raise to leave it as it is.

        This process sees the change at once, others with their next tick.
        """
        async with self._database.write() as tx:
            if not await store.hold(tx, key):
                return None
            before = {group.key: group for group in await store.load_all(tx, self._vault)}[key]
            after = replace(how(before), changed_at=now)
            await store.save(tx, after, self._vault)
        self._by_key[key] = after
        return after

    async def read_all(self) -> list[Group]:
        """Read every group from the database, past the picture in memory."""
        async with self._database.read() as tx:
            return await store.load_all(tx, self._vault)

    async def _write(
        self, tx: AsyncConnection, wanted: Iterable[Group], changed: set[str], present: dict[str, Group], now: datetime
    ) -> None:
        for group in wanted:
            if group.key in changed:
                before = present.get(group.key)
                imported_at = before.imported_at if before else now
                await store.save(tx, replace(group, imported_at=imported_at, changed_at=now), self._vault)


def refuse_wrong_key(stored: Sequence[Group]) -> None:
    """Raise KeyProblem if the key opens no group's name: what is written with it would never open with the right one.

    One name that does not open among others that do is a damaged row, and no reason to leave everybody alone.
    """
    if stored and all(group.name is None for group in stored):
        raise KeyProblem(
            "This encryption key does not open what is in the database.",
            "Put back the key that the database was written with; encryption.key_file says where it is looked for. "
            "Nothing was changed. If it is lost for good, begin a new database (storage.url) and import the groups.",
        )


def _with_what_is_stored(wanted: Group, before: Group | None) -> Group:
    """Keep the rota, the hours and the session times that therapists have set, where a file does not speak of them."""
    if before is None:
        return replace(wanted, unsaid=frozenset())
    return replace(
        wanted,
        **{name: getattr(before, name) for name in wanted.unsaid},
        unsaid=frozenset(),
        rota=before.rota if wanted.rota is None else wanted.rota,
        response=before.response if wanted.response is None else wanted.response,
    )


_COMPARED = (
    "name", "server", "circle", "care", "therapists", "zone", "language", "country", "daily_prompts", "escalation",
    "overlay", "rota", "response", "session",
)  # fmt: skip


def _change(before: Group | None, after: Group) -> Change | None:
    if before is None:
        return Change(after.key, is_new=True, fields=())
    fields = tuple(name for name in _COMPARED if getattr(before, name) != getattr(after, name))
    return Change(after.key, is_new=False, fields=fields) if fields else None
