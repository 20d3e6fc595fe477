"""What therapists do with sessions: close one, move or leave out the next, set the usual times."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.model import Theme
from bot.daily_prompts.sessions import store
from bot.daily_prompts.sessions.model import Session, SessionState, Slot, new_key
from bot.daily_prompts.sessions.planning import DayIsTaken
from bot.daily_prompts.sessions.reading import moment_in, near, skill_in, written
from bot.daily_prompts.sessions.service import Sessions
from bot.daily_prompts.sessions.store import Closing
from bot.daily_prompts.skills.model import Skill
from bot.daily_prompts.steering.model import NotATherapist
from bot.groups.model import Group, SessionTimes
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.service import Outbox
from bot.storage.engine import Database
from bot.storage.vault import Vault

log = get("daily_prompts")

FURTHEST = timedelta(days=366)
NEW = "new"
"""What stands for the key of a session that is closed without having been planned."""


class NotBegun(Exception):
    """There is only a session to come; `starts_at` says when."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__()
        self.starts_at = starts_at


class SessionGone(Exception):
    """There is no such session (any more)."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a therapist typed into the form, as they typed it."""

    theme: str = ""
    skill: str = ""
    practice: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something typed that cannot be used: the name of a text, and what goes into it."""

    text: str
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """The form as it opens: for which session (NEW without one), which closing of it, and what is in it."""

    session_key: str
    revision: int
    typed: Typed


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing came to: the session as it is now, when the next is, and what could not be used."""

    session: Session
    next_at: datetime | None
    troubles: tuple[Trouble, ...] = ()


class Leading:
    """Lets therapists lead the rhythm; every act checks that the person is a therapist of the group."""

    def __init__(self, database: Database, vault: Vault, outbox: Outbox, groups: Groups, sessions: Sessions) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._groups = groups
        self._sessions = sessions

    async def open(self, group: Group, by_id: int, skills: Mapping[str, Skill], now: datetime) -> Opened:
        """Return the form for the session had last; raises NotATherapist, NotBegun.

        What was typed before and could not be used is in it, else what was set before.
        """
        _check(group, by_id)
        next_at = await self._sessions.next_session(group, now)
        planned = written(next_at, group.zone) if next_at else ""
        async with self._database.read() as tx:
            session = await store.latest_begun(tx, group.key, now, self._vault)
            if session is None:
                if next_at is not None and next_at.astimezone(group.zone).date() == now.astimezone(group.zone).date():
                    raise NotBegun(next_at)
                return Opened(NEW, 0, Typed(next=planned))
            draft = await store.draft(tx, session.key, self._vault)
        if draft is not None:
            return Opened(session.key, session.revision, Typed(**json.loads(draft)))
        skill = skills.get(session.skill or "")
        typed = Typed(session.theme or "", skill.name if skill else "", session.practice or "", planned)
        return Opened(session.key, session.revision, typed)

    async def close(
        self, group: Group, opened: Opened, by_id: int, skills: Mapping[str, Skill], now: datetime
    ) -> Closed:
        """Close a session with what was typed; if any of it cannot be used, all of it is kept and nothing is closed.

        Raises NotATherapist, SessionGone.
        """
        _check(group, by_id)
        typed = opened.typed
        next_at, troubles = self._read_next(group, typed.next, now)
        skill = skill_in(typed.skill, skills) if typed.skill else None
        if typed.skill and skill is None:
            troubles.append(_unknown(typed.skill, skills))
        closing = Closing(
            Theme(typed.theme) if typed.theme in list(Theme) else None,
            skill.id if skill else None,
            typed.practice or None,
        )
        if not troubles:
            try:
                closed = await self._close(group, opened, closing, by_id, next_at, now)
            except DayIsTaken:
                troubles.append(Trouble("taken"))
            else:
                if closed is not None:
                    log.info("session_closed", group_key=group.key)
                    self._outbox.poke()
                    return Closed(closed, await self._sessions.next_session(group, now))
        return await self._keep(group, opened, troubles, now)

    async def move_next(
        self, group: Group, by_id: int, text: str, now: datetime
    ) -> tuple[datetime | None, list[Trouble]]:
        """Put the next session at the time that was typed; raises NotATherapist."""
        _check(group, by_id)
        next_at, troubles = self._read_next(group, text or "-", now)
        if next_at is None:
            return None, troubles
        try:
            async with self._database.write() as tx:
                await self._sessions.planner.move(tx, group, next_at, now)
        except DayIsTaken:
            return None, [Trouble("taken")]
        self._outbox.poke()
        return next_at, []

    async def leave_out_next(self, group: Group, by_id: int, now: datetime) -> datetime | None:
        """Leave the next session out and plan the following one; None if there is none. Raises NotATherapist."""
        _check(group, by_id)
        async with self._database.write() as tx:
            coming = await store.to_come(tx, group.key, now, self._vault)
            if coming is None:
                return None
            await self._sessions.planner.leave_out(tx, group, coming, now)
        self._outbox.poke()
        return coming.slot.starts_at

    async def set_times(self, group: Group, by_id: int, times: SessionTimes, now: datetime) -> None:
        """Set when a group meets; the reminder, the digest and the calendar stay as they are. Raises NotATherapist."""
        _check(group, by_id)
        if group.session is not None:
            before = group.session
            times = replace(
                times,
                remind_before=before.remind_before,
                digest_before=before.digest_before,
                takeaway=before.takeaway,
                event_channel=before.event_channel,
            )
        await self._groups.save([replace(group, session=times)], now)
        await self._groups.refresh(now)
        await self._sessions.run_due(now)

    async def _close(
        self, group: Group, opened: Opened, closing: Closing, by_id: int, next_at: datetime | None, now: datetime
    ) -> Session | None:
        """Write it; None if another therapist closed the session since the form was opened."""
        async with self._database.write() as tx:
            session = await self._session(tx, group, opened, now)
            if not await store.close(tx, session.key, opened.revision, closing, by_id, now, self._vault):
                return None
            closed = await store.get(tx, session.key, self._vault)
            if closed is None:
                raise SessionGone
            if next_at is not None and next_at != await self._sessions.planner.next_at(tx, group, now):
                await self._sessions.planner.move(tx, group, next_at, now)
            await self._sessions.planner.closed(tx, closed, now)
        return closed

    async def _keep(self, group: Group, opened: Opened, troubles: list[Trouble], now: datetime) -> Closed:
        async with self._database.write() as tx:
            session = await self._session(tx, group, opened, now)
            await store.keep_draft(tx, session.key, json.dumps(asdict(opened.typed)), self._vault)
        if not troubles:
            when = f"<t:{int((session.closed_at or now).timestamp())}:R>"
            who = f"<@{session.closed_by}>" if session.closed_by else "…"
            troubles.append(Trouble("other_first", {"who": who, "when": when}))
        return Closed(session, None, tuple(troubles))

    async def _session(self, tx: AsyncConnection, group: Group, opened: Opened, now: datetime) -> Session:
        if opened.session_key != NEW:
            session = await store.get(tx, opened.session_key, self._vault, hold=True)
            if session is None or session.group_key != group.key:
                raise SessionGone
            return session
        slot = Slot(now.astimezone(group.zone).date(), now, now)
        session = Session(new_key(), group.key, slot, SessionState.OVER, now, by_hand=True)
        if not await store.add(tx, session, None):
            raise SessionGone  # another therapist has closed it at the same moment
        return session

    @staticmethod
    def _read_next(group: Group, text: str, now: datetime) -> tuple[datetime | None, list[Trouble]]:
        if not text.strip():
            return None, []
        found = moment_in(text, group.zone, group.session.time if group.session else None)
        if found is None:
            return None, [Trouble("unreadable", {"text": text})]
        when = {"when": f"<t:{int(found.timestamp())}:F>"}
        if found <= now:
            return None, [Trouble("past", when)]
        if found - now > FURTHEST:
            return None, [Trouble("far", when)]
        return found, []


def _unknown(text: str, skills: Mapping[str, Skill]) -> Trouble:
    likely = near(text, skills)
    names = "; ".join(sorted(skill.name for skill in skills.values()))
    return Trouble("unknown_skill", {"name": text, "near": likely.name if likely else "", "all": names})


def _check(group: Group, by_id: int) -> None:
    if by_id not in group.therapists:
        raise NotATherapist
