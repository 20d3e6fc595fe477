"""All SQL of safety plans."""

from sqlalchemy import Boolean, Column, ForeignKey, RowMapping, String, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.member.plan.model import PARTS, Plan
from bot.privacy.contract import Whose
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment, SealedText
from bot.storage.upsert import upsert
from bot.storage.vault import CannotOpen, Vault

plans = Table(
    "safety_plans",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("member_id", Snowflake, nullable=False, unique=True),
    Column("signs", SealedText),
    Column("steps", SealedText),
    Column("places", SealedText),
    Column("professionals", SealedText),
    Column("safer", SealedText),
    Column("announced", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
    info=kept(eraser="member_care", retention="until its author erases it, or 30 days after they left the group"),
)


async def put(tx: AsyncConnection, plan: Plan, vault: Vault) -> None:
    """Write a plan, new or changed."""
    values = {
        "group_key": plan.group_key,
        "announced": plan.announced,
        "changed_at": plan.changed_at,
        **{
            name: vault.seal(_place(name), plan.key, plan.parts[name]) if name in plan.parts else None for name in PARTS
        },
    }
    statement = upsert(tx, plans).values(**{"key": plan.key, "member_id": plan.member_id, **values})
    await tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))


async def of(tx: AsyncConnection, member_id: int, vault: Vault) -> Plan | None:
    """Return a member's plan."""
    row = (await tx.execute(select(plans).where(plans.c.member_id == member_id))).mappings().first()
    return None if row is None else _plan(row, vault)


async def held(tx: AsyncConnection, whose: Whose, vault: Vault) -> Plan | None:
    """Return a person's plan, if it belongs to the groups that are meant."""
    query = select(plans).where(plans.c.member_id == whose.member_id, whose.within(plans))
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else _plan(row, vault)


async def erase(tx: AsyncConnection, member_id: int) -> bool:
    """Erase a member's plan; False if there was none."""
    return (await tx.execute(delete(plans).where(plans.c.member_id == member_id))).rowcount > 0


async def erase_held(tx: AsyncConnection, whose: Whose) -> None:
    """Erase a person's plan, if it belongs to the groups that are meant."""
    await tx.execute(delete(plans).where(plans.c.member_id == whose.member_id, whose.within(plans)))


async def announce(tx: AsyncConnection, member_id: int, wanted: bool) -> None:
    """Note whether the therapists may know that there is a plan."""
    await tx.execute(update(plans).where(plans.c.member_id == member_id).values(announced=wanted))


async def announced(tx: AsyncConnection, group_key: str, member_id: int) -> bool:
    """Tell whether there is a plan of which a group's therapists may know: one that was written in their group."""
    query = select(plans.c.announced).where(plans.c.member_id == member_id, plans.c.group_key == group_key)
    return bool((await tx.execute(query)).scalar())


def _plan(row: RowMapping, vault: Vault) -> Plan:
    parts: dict[str, str] = {}
    shut: list[str] = []
    for name in PARTS:
        if row[name] is not None:
            try:
                parts[name] = vault.open(_place(name), row["key"], row[name])
            except CannotOpen:
                shut.append(name)  # the other parts can still be read
    at, announced = row["changed_at"], row["announced"]
    return Plan(row["key"], row["group_key"], row["member_id"], at, announced, parts, tuple(shut))


def _place(name: str) -> str:
    return f"safety_plans.{name}"
