"""The standing button *I need my therapist*: where it is, and who asked for it."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, RowMapping, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases.model import HELP_BUTTON, NotATherapist
from bot.groups.model import Group
from bot.outbox.model import NewRow, Receipt, Row
from bot.outbox.service import Kind, Outbox
from bot.privacy.contract import Whose
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

_WORTH = timedelta(hours=1)

help_buttons = Table(
    "help_buttons",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("placed_by", Snowflake),
    Column("placed_at", Moment, nullable=False),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    info=kept(eraser="member_care", retention="as long as the group exists"),
)


class HelpButtons:
    """Places a group's standing button when a therapist asks for it, and never by itself.

    Placing it again takes the older one away; a button that somebody deleted stays away until then.
    """

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        outbox.declare(Kind(HELP_BUTTON, crisis=True, on_done=self._placed))

    async def place(self, group: Group, by_id: int, now: datetime) -> None:
        """Write the button into the outbox; raises NotATherapist."""
        if by_id not in group.therapists:
            raise NotATherapist
        async with self._database.write() as tx:
            before = await _of(tx, group.key)
            old = None if before is None or before["message_id"] is None else _where(before)
            await _note(tx, group.key, by_id, now)
            subject = f"help-button:{group.key}"
            await self._outbox.supersede(tx, subject, HELP_BUTTON, now)
            row = NewRow(HELP_BUTTON, subject, {"old": old}, group.key, expires_at=now + _WORTH)
            await self._outbox.add(tx, row, now)
        self._outbox.poke()

    async def placed_at(self, group: Group) -> tuple[int, int] | None:
        """Return channel and message of a group's button, None if there is none yet."""
        async with self._database.read() as tx:
            row = await _of(tx, group.key)
        return None if row is None or row["message_id"] is None else (row["channel_id"], row["message_id"])

    async def _placed(self, tx: AsyncConnection, row: Row, receipt: Receipt, _now: datetime) -> None:
        found = help_buttons.c.group_key == row.group_key
        values = {"channel_id": receipt.channel_id, "message_id": receipt.message_id}
        await tx.execute(update(help_buttons).where(found).values(**values))


async def placed_by(tx: AsyncConnection, whose: Whose) -> list[RowMapping]:
    """Return the buttons that a person placed as a therapist."""
    query = select(help_buttons).where(help_buttons.c.placed_by == whose.member_id, whose.within(help_buttons))
    return list((await tx.execute(query)).mappings())


async def forget_who(tx: AsyncConnection, whose: Whose) -> None:
    """Forget who placed a button; the button stays."""
    found = help_buttons.c.placed_by == whose.member_id, whose.within(help_buttons)
    await tx.execute(update(help_buttons).where(*found).values(placed_by=None))


async def _of(tx: AsyncConnection, group_key: str) -> RowMapping | None:
    return (await tx.execute(select(help_buttons).where(help_buttons.c.group_key == group_key))).mappings().first()


async def _note(tx: AsyncConnection, group_key: str, by_id: int, now: datetime) -> None:
    values = {"placed_by": by_id, "placed_at": now}
    statement = upsert(tx, help_buttons).values(group_key=group_key, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["group_key"], set_=values))


def _where(row: RowMapping) -> dict[str, int]:
    return {"channel": row["channel_id"], "message": row["message_id"]}
