"""What keeps a group from working: found at a start, told to its therapists once, and told again if it comes back."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.groups.model import Group
from bot.log import get
from bot.outbox.service import Outbox
from bot.storage.engine import Database
from bot.storage.schema import kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

log = get("groups")

Notify = Callable[[AsyncConnection, Group, str, datetime, Mapping[str, str] | None], Awaitable[None]]

group_problems = Table(
    "group_problems",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("detail", String(200), nullable=False),
    Column("found_at", Moment, nullable=False),
    info=kept(eraser="groups", retention="until it is mended; it names no person"),
)


@dataclass(frozen=True, slots=True)
class Channel:
    """What the bot finds of a channel: whether it is there, and which of the needed permissions it lacks there."""

    exists: bool
    lacking: tuple[str, ...] = ()

    @property
    def can_be_told(self) -> bool:
        """Whether a notice can be posted there."""
        return self.exists and not {"view_channel", "send_messages"} & set(self.lacking)


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a group does not work: its notice's name, and a `detail` that tells one state of it apart."""

    reason: str
    text: str
    detail: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


def problems_of(
    group: Group, circle: Channel, care: Channel, screened: Collection[str], named: Callable[[str], str]
) -> list[Problem]:
    """Say what keeps a group from working; `named` gives a permission's name in the group's language."""
    found = []
    if not circle.exists:
        found.append(Problem("circle_gone", "groups.notice.circle_gone"))
    elif circle.lacking:
        found.append(_lacking("circle_permissions", group.circle, circle, named))
    if not care.exists:
        found.append(Problem("care_gone", ""))
    elif care.lacking:
        found.append(_lacking("care_permissions", group.care, care, named))
    if group.language not in screened:
        places = {"language": group.language}
        found.append(Problem("language_not_screened", "crisis.notice.unscreened_language", group.language, places))
    return found


def _lacking(reason: str, channel_id: int, channel: Channel, named: Callable[[str], str]) -> Problem:
    missing = ", ".join(named(permission) for permission in channel.lacking)
    places = {"channel": f"<#{channel_id}>", "missing": missing}
    return Problem(reason, "groups.notice.permissions", ",".join(channel.lacking), places)


class GroupProblems:
    """Remembers what therapists were told, so that a start does not tell it again."""

    def __init__(self, database: Database, outbox: Outbox, notify: Notify) -> None:
        self._database = database
        self._outbox = outbox
        self._notify = notify

    async def found(self, group: Group, problems: Sequence[Problem], now: datetime, *, can_tell: bool) -> list[Problem]:
        """Tell what is new, forget what is mended; returns what was told.

        Without a care channel in which to tell it (`can_tell`) nothing counts as told: the log has it, and the
        therapists get it as soon as the channel is back.
        """
        for problem in problems:
            log.error("group_problem", group_key=group.key, reason=problem.reason)
        if not can_tell:
            return []
        async with self._database.write() as tx:
            await tx.execute(
                delete(group_problems).where(
                    group_problems.c.group_key == group.key,
                    group_problems.c.reason.not_in([problem.reason for problem in problems]),
                )
            )
            new = [problem for problem in problems if await self._is_new(tx, group, problem, now)]
            for problem in new:
                await self._notify(tx, group, problem.text, now, problem.places)
        if new:
            self._outbox.poke()
        return new

    async def known(self, group_key: str) -> list[str]:
        """Return the reasons that stand against a group."""
        query = select(group_problems.c.reason).where(group_problems.c.group_key == group_key)
        async with self._database.read() as tx:
            return list((await tx.execute(query.order_by(group_problems.c.reason))).scalars())

    async def _is_new(self, tx: AsyncConnection, group: Group, problem: Problem, now: datetime) -> bool:
        values = {"group_key": group.key, "reason": problem.reason, "detail": problem.detail, "found_at": now}
        statement = upsert(tx, group_problems).values(values)
        statement = statement.on_conflict_do_update(
            index_elements=["group_key", "reason"],
            set_={"detail": statement.excluded.detail, "found_at": statement.excluded.found_at},
            where=group_problems.c.detail != statement.excluded.detail,
        )
        return (await tx.execute(statement)).rowcount == 1
