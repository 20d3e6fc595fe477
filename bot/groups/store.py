"""All SQL of groups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ForeignKey, RowMapping, String, Table, Text, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.groups import prompt_times, session_times, stored
from bot.groups.model import Group
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Json, Moment, SealedText
from bot.storage.vault import CannotOpen, Sealed, Vault

NAME = "groups.name"

groups = Table(
    "groups",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("name", SealedText, nullable=False),
    Column("server", Snowflake, nullable=False),
    Column("circle", Snowflake, nullable=False, unique=True),
    Column("care", Snowflake, nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("language", String(10), nullable=False),
    Column("country", String(2), nullable=False),
    Column("daily_prompts", Json),
    Column("escalation", Json, nullable=False),
    Column("overlay", Text),
    Column("rota", Json),
    Column("response", Json),
    Column("session", Json),
    Column("imported_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    info=kept(eraser="groups", retention="as long as the group exists"),
)

therapists = Table(
    "group_therapists",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("user_id", Snowflake, primary_key=True),
    Column("position", Snowflake, nullable=False),
    info=kept(eraser="groups", retention="as long as they are therapists of the group"),
)


async def version(tx: AsyncConnection) -> frozenset[tuple[str, datetime]]:
    """Return something that changes whenever a group is added or changed, also while the clock is wrong."""
    return frozenset((row.key, row.changed_at) for row in await tx.execute(select(groups.c.key, groups.c.changed_at)))


async def load_all(tx: AsyncConnection, vault: Vault) -> list[Group]:
    """Read every group, in the order of their keys."""
    people: dict[str, list[int]] = {}
    for row in await tx.execute(select(therapists).order_by(therapists.c.group_key, therapists.c.position)):
        people.setdefault(row.group_key, []).append(row.user_id)
    rows = (await tx.execute(select(groups).order_by(groups.c.key))).mappings().all()
    return [_group(row, people.get(row["key"], []), vault) for row in rows]


async def hold(tx: AsyncConnection, key: str) -> bool:
    """Hold a group's row for this transaction; False if there is none."""
    return (await tx.execute(select(groups.c.key).where(groups.c.key == key).with_for_update())).first() is not None


async def save(tx: AsyncConnection, group: Group, vault: Vault) -> None:
    """Write a group, new or changed."""
    values = _values(group, vault)
    changed = await tx.execute(update(groups).where(groups.c.key == group.key).values(values))
    if changed.rowcount == 0:
        await tx.execute(insert(groups).values(values | {"key": group.key, "imported_at": group.imported_at}))
    await tx.execute(delete(therapists).where(therapists.c.group_key == group.key))
    rows = [{"group_key": group.key, "user_id": who, "position": n} for n, who in enumerate(group.therapists)]
    await tx.execute(insert(therapists), rows)


def _values(group: Group, vault: Vault) -> dict[str, Any]:
    times = group.daily_prompts
    return {
        "name": vault.seal(NAME, group.key, group.name or group.key),
        "server": group.server,
        "circle": group.circle,
        "care": group.care,
        "timezone": group.zone.key,
        "language": group.language,
        "country": group.country,
        "daily_prompts": None if times is None else prompt_times.stored(times),
        "escalation": stored.of_escalation(group.escalation),
        "overlay": group.overlay,
        "rota": None if group.rota is None else stored.of_rota(group.rota),
        "response": None if group.response is None else stored.of_response(group.response),
        "session": None if group.session is None else session_times.as_plain(group.session),
        "changed_at": group.changed_at,
    }


def _group(row: RowMapping, people: Sequence[int], vault: Vault) -> Group:
    times, escalation = row["daily_prompts"], row["escalation"]
    return Group(
        key=row["key"],
        name=_name(row["key"], row["name"], vault),
        server=row["server"],
        circle=row["circle"],
        care=row["care"],
        therapists=tuple(people),
        zone=ZoneInfo(row["timezone"]),
        language=row["language"],
        country=row["country"],
        daily_prompts=None if times is None else prompt_times.from_stored(times),
        escalation=stored.escalation(escalation),
        imported_at=row["imported_at"],
        changed_at=row["changed_at"],
        overlay=row["overlay"],
        rota=None if row["rota"] is None else stored.rota(row["rota"]),
        response=None if row["response"] is None else stored.response(row["response"]),
        session=None if row["session"] is None else session_times.from_plain(row["session"]),
    )


def _name(key: str, sealed: Sealed, vault: Vault) -> str | None:
    try:
        return vault.open(NAME, key, sealed)
    except CannotOpen:
        return None
