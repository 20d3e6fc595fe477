"""All SQL of the alarm: what was seen, confirmed, tested and told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    RowMapping,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.alarm import policy
from bot.crisis.alarm.model import CareLook, Facts, Point, TestKind, TestPage
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

_GROUP = "as long as the group exists"

looks = Table(
    "alarm_looks",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("care_exists", Boolean, nullable=False),
    Column("strangers", Integer, nullable=False),
    Column("overseers", Integer, nullable=False),
    Column("overseers_print", String(64), nullable=False),
    Column("looked_at", Moment, nullable=False),
    info=kept(eraser="on_call", retention=_GROUP + "; numbers and a mark, no person"),
)

confirmations = Table(
    "alarm_confirmations",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("point", String(12), primary_key=True),
    Column("by_id", Snowflake),
    Column("at", Moment, nullable=False),
    Column("mark", String(64)),
    info=kept(eraser="on_call", retention=_GROUP),
)

tests = Table(
    "alarm_tests",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("to_id", Snowflake, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("answered_by", Snowflake),
    Column("answered_at", Moment),
    info=kept(eraser="on_call", retention="180 days; the first answered one as long as the group exists"),
)

states = Table(
    "alarm_states",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("armed", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
    info=kept(eraser="on_call", retention=_GROUP + "; it names no person"),
)

notes = Table(
    "alarm_notes",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("about", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
    info=kept(eraser="on_call", retention="60 days; it names no person"),
)


async def facts(tx: AsyncConnection, group_key: str) -> Facts:
    """Return what is stored of a group's alarm; what is not stored here is left at its default."""
    look = (await tx.execute(select(looks).where(looks.c.group_key == group_key))).mappings().first()
    given = await tx.execute(
        select(confirmations.c.point, confirmations.c.mark).where(confirmations.c.group_key == group_key)
    )
    confirmed: Mapping[str, str | None] = {row.point: row.mark for row in given}
    answered = select(func.count()).where(tests.c.group_key == group_key, tests.c.answered_at.is_not(None))
    return Facts(
        looked=look is not None,
        care_exists=look is not None and look["care_exists"],
        strangers=look["strangers"] if look else 0,
        overseers=look["overseers"] if look else 0,
        overseers_print=look["overseers_print"] if look else "",
        overseers_confirmed=confirmed.get(Point.CARE),
        test_answered=bool((await tx.execute(answered)).scalar()),
        members_told=Point.TOLD in confirmed,
    )


async def looked(tx: AsyncConnection, group_key: str, look: CareLook, now: datetime) -> None:
    """Write what was found; numbers and a mark only."""
    values = {
        "care_exists": look.exists,
        "strangers": len(look.strangers),
        "overseers": len(look.overseers),
        "overseers_print": policy.fingerprint(look.overseers),
        "looked_at": now,
    }
    await _put(tx, looks, {"group_key": group_key}, values)


async def confirm(
    tx: AsyncConnection, group_key: str, point: Point, by: int, now: datetime, mark: str | None = None
) -> None:
    """Write that a therapist confirmed a point."""
    await _put(
        tx, confirmations, {"group_key": group_key, "point": point.value}, {"by_id": by, "at": now, "mark": mark}
    )


async def add_test(tx: AsyncConnection, group_key: str, kind: TestKind, to: int, now: datetime) -> TestPage:
    """Write a test page or a drill."""
    values = {"group_key": group_key, "kind": kind.value, "to_id": to, "sent_at": now}
    return _test((await tx.execute(insert(tests).values(values).returning(tests))).mappings().one())


async def test(tx: AsyncConnection, test_id: int) -> TestPage | None:
    """Return one test page."""
    row = (await tx.execute(select(tests).where(tests.c.id == test_id))).mappings().first()
    return None if row is None else _test(row)


async def last_test(tx: AsyncConnection, group_key: str) -> TestPage | None:
    """Return a group's newest test page or drill."""
    query = select(tests).where(tests.c.group_key == group_key).order_by(tests.c.id.desc()).limit(1)
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else _test(row)


async def answer(tx: AsyncConnection, test_id: int, by: int, now: datetime) -> TestPage | None:
    """Note the press on a test page; None if somebody was first."""
    statement = update(tests).where(tests.c.id == test_id, tests.c.answered_at.is_(None))
    row = (await tx.execute(statement.values(answered_by=by, answered_at=now).returning(tests))).mappings().first()
    return None if row is None else _test(row)


async def last_tests(tx: AsyncConnection) -> dict[str, datetime]:
    """Return when each group was tested or drilled last; groups that never answered a test page are left out."""
    answered = select(tests.c.group_key).where(tests.c.answered_at.is_not(None))
    query = select(tests.c.group_key, func.max(tests.c.sent_at, type_=Moment()).label("last")).where(
        tests.c.group_key.in_(answered)
    )
    return {row.group_key: row.last for row in await tx.execute(query.group_by(tests.c.group_key))}


async def missed_drills(tx: AsyncConnection, group_key: str, since: datetime, until: datetime) -> list[TestPage]:
    """Return the drills of a time that nobody answered."""
    query = select(tests).where(
        tests.c.group_key == group_key,
        tests.c.kind == TestKind.DRILL.value,
        tests.c.sent_at > since,
        tests.c.sent_at <= until,
        tests.c.answered_at.is_(None),
    )
    return [_test(row) for row in (await tx.execute(query.order_by(tests.c.id))).mappings()]


async def withdraw(tx: AsyncConnection, test_id: int) -> None:
    """Take back a test page that never arrived."""
    await tx.execute(delete(tests).where(tests.c.id == test_id, tests.c.answered_at.is_(None)))


async def state(tx: AsyncConnection, group_key: str) -> bool:
    """Return whether the alarm counted as armed when it was written last; a group that was never looked at does not."""
    return bool((await tx.execute(select(states.c.armed).where(states.c.group_key == group_key))).scalar())


async def settle(tx: AsyncConnection, group_key: str, armed: bool, now: datetime) -> bool:
    """Write whether the alarm is armed; True if that changed."""
    query = select(states.c.armed).where(states.c.group_key == group_key).with_for_update()
    if bool((await tx.execute(query)).scalar()) == armed:
        return False
    await _put(tx, states, {"group_key": group_key}, {"armed": armed, "changed_at": now})
    return True


async def note_once(tx: AsyncConnection, group_key: str, kind: str, about: str, now: datetime) -> bool:
    """Claim something that is told once; False if it was told before."""
    values = {"group_key": group_key, "kind": kind, "about": about, "at": now}
    return (await tx.execute(upsert(tx, notes).values(values).on_conflict_do_nothing())).rowcount == 1


async def forget_before(tx: AsyncConnection, notes_before: datetime, tests_before: datetime) -> int:
    """Delete old notes and old tests, but for each group's first answered one, which arming stands on."""
    firsts = select(func.min(tests.c.id)).where(tests.c.answered_at.is_not(None)).group_by(tests.c.group_key)
    gone = await tx.execute(delete(notes).where(notes.c.at < notes_before))
    old = await tx.execute(delete(tests).where(tests.c.sent_at < tests_before, tests.c.id.not_in(firsts)))
    return gone.rowcount + old.rowcount


async def _put(tx: AsyncConnection, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
    statement = upsert(tx, table).values({**key, **values})
    await tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def _test(row: RowMapping) -> TestPage:
    return TestPage(
        id=row["id"],
        group_key=row["group_key"],
        kind=TestKind(row["kind"]),
        to_id=row["to_id"],
        sent_at=row["sent_at"],
        answered_by=row["answered_by"],
        answered_at=row["answered_at"],
    )
