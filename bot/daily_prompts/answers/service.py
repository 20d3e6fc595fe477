"""Answers at work: written, shown to whom their author chose, changed, taken back. Every act is one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.answers import store
from bot.daily_prompts.answers.model import (
    ANSWER,
    ANSWER_CHANGED,
    ANSWER_GONE,
    Answer,
    AnswerNotFound,
    Audience,
    Mark,
    Need,
    NotATherapist,
    NotTheAuthor,
    Place,
    new_key,
)
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.privacy.contract import Whose
from bot.storage.engine import Database
from bot.storage.vault import Vault

log = get("daily_prompts")

KEPT = timedelta(days=365)
WORTH_POSTING = timedelta(days=2)
_BATCH = 100
_PATIENT = RetryPlan(tries=500, first=timedelta(seconds=2), longest=timedelta(minutes=10))


class Tell(Protocol):
    """Writes a notice for a group's therapists, in the caller's transaction."""

    async def __call__(
        self, tx: AsyncConnection, group: Group, text: str, now: datetime, places: Mapping[str, str] | None = None
    ) -> None:
        """Tell them; `text` is the name of a text, `places` what goes into it."""
        ...


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody sent in the form: their words, for whom they are, and what they would like."""

    text: str
    audience: Audience
    need: Need | None = None


class Answers:
    """Keeps answers for their authors, and shows each to whom its author chose.

    An answer is kept for its author alone, or on its way to the thread or the care channel, or shown there. A change
    of words changes what is shown; a change of audience takes it away in one place and shows it in the other.
    """

    def __init__(self, database: Database, vault: Vault, outbox: Outbox, groups: Groups, tell_therapists: Tell) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._groups = groups
        self._tell_therapists = tell_therapists
        outbox.declare(Kind(ANSWER, retries=_PATIENT, on_done=self._posted, on_failed=self._not_posted))
        outbox.declare(Kind(ANSWER_CHANGED, retries=RetryPlan(tries=10)))
        outbox.declare(Kind(ANSWER_GONE, retries=_PATIENT))

    async def save(self, run_id: int, group: Group, member_id: int, wording: Wording, now: datetime) -> Answer:
        """Keep a member's answer to a run, new or changed, and see to it that it is shown where it should be."""
        async with self._database.write() as tx:
            known = await store.of_run(tx, run_id, member_id, self._vault, hold=True)
            if known is None:
                answer = Answer(
                    new_key(), run_id, group.key, member_id, wording.text, wording.audience, wording.need, now
                )
                if await store.add(tx, answer, self._vault):
                    await self._write_post(tx, answer, now)
                else:  # their other press was quicker
                    known = await store.of_run(tx, run_id, member_id, self._vault, hold=True)
            if known is not None:
                answer = await self._change(tx, known, wording, now)
            if answer.need is Need.CHECK and (known is None or known.need is not Need.CHECK):
                await self._tell_therapists(
                    tx, group, "daily_prompts.notice.check_on_me", now, {"member": f"<@{member_id}>"}
                )
        log.info("prompt_answered", group_key=group.key, kind=wording.audience.value)
        self._outbox.poke()
        return answer

    async def take_back(self, key: str, by_id: int, now: datetime) -> None:
        """Erase an answer wherever it is shown; raises AnswerNotFound, NotTheAuthor."""
        async with self._database.write() as tx:
            answer = await store.get(tx, key, self._vault, hold=True)
            if answer is None:
                raise AnswerNotFound
            if answer.member_id != by_id:
                raise NotTheAuthor
            await self.erase(tx, answer, now)
        self._outbox.poke()

    async def author_of(self, key: str, by_id: int, now: datetime) -> Answer:
        """Open who wrote an anonymous answer; the look is noted, and the care channel is told of it.

        Raises AnswerNotFound, NotATherapist.
        """
        async with self._database.write() as tx:
            answer = await store.get(tx, key, self._vault)
            group = self._groups.get(answer.group_key) if answer else None
            if answer is None or group is None:
                raise AnswerNotFound
            if by_id not in group.therapists:
                raise NotATherapist
            await store.note_look(tx, key, by_id, now)
            places = {"therapist": f"<@{by_id}>", "when": f"<t:{int(answer.written_at.timestamp())}:f>"}
            await self._tell_therapists(tx, group, "daily_prompts.notice.looked_up", now, places)
        self._outbox.poke()
        return answer

    async def get(self, key: str) -> Answer | None:
        """Return one answer."""
        async with self._database.read() as tx:
            return await store.get(tx, key, self._vault)

    async def of_run(self, run_id: int, member_id: int) -> Answer | None:
        """Return a member's answer to a run."""
        async with self._database.read() as tx:
            return await store.of_run(tx, run_id, member_id, self._vault)

    async def of_member(self, member_id: int, *, limit: int, skip: int = 0) -> tuple[list[Answer], int]:
        """Return some of a member's own answers, newest first, and how many there are in all."""
        whose = Whose(member_id)
        async with self._database.read() as tx:
            found = await store.of_member(tx, whose, self._vault, limit=limit, skip=skip)
            return found, await store.count_of_member(tx, whose)

    async def mark(self, run_id: int, group: Group, member_id: int, mark: Mark, now: datetime) -> bool:
        """Note that a member read along, or keeps a prompt for later; False if that was noted before."""
        async with self._database.write() as tx:
            return await store.mark(tx, run_id, group.key, member_id, mark, now)

    async def unmark(self, run_id: int, member_id: int, mark: Mark) -> bool:
        """Take a mark away; False if there was none."""
        async with self._database.write() as tx:
            return await store.unmark(tx, run_id, member_id, mark)

    async def marked(self, member_id: int, mark: Mark, limit: int) -> list[int]:
        """Return the runs that a member has marked, the newest first."""
        async with self._database.read() as tx:
            return await store.marked(tx, Whose(member_id), mark, limit)

    async def resting_topics(self, group: Group, member_id: int) -> frozenset[str]:
        """Return the topics that a member does not want to meet."""
        async with self._database.read() as tx:
            return await store.resting_for(tx, group.key, member_id)

    async def rest_topics(self, group: Group, member_id: int, topics: Collection[str]) -> None:
        """Let exactly these topics rest for a member; nobody is told."""
        async with self._database.write() as tx:
            await store.rest(tx, group.key, member_id, topics)

    async def run_due(self, now: datetime) -> int:
        """Forget the answers and marks whose time is over; returns how many answers."""
        async with self._database.write() as tx:
            over = await store.older_than(tx, now - KEPT, self._vault, _BATCH)
            for answer in over:
                await self.erase(tx, answer, now)
            await store.forget_marks_before(tx, now - KEPT)
        if over:
            self._outbox.poke()
        return len(over)

    async def erase(self, tx: AsyncConnection, answer: Answer, now: datetime) -> None:
        """Erase an answer in the caller's transaction; where it is shown, it is taken away."""
        await store.remove(tx, answer.key)
        await self._write_removal(tx, answer.place, answer.group_key, now)

    async def _change(self, tx: AsyncConnection, known: Answer, wording: Wording, now: datetime) -> Answer:
        changed = replace(known, text=wording.text, audience=wording.audience, need=wording.need, edited_at=now)
        if changed.audience is not known.audience:
            await self._write_removal(tx, known.place, known.group_key, now)
            changed = replace(changed, place=None, unposted=False)
            await self._write_post(tx, changed, now)
        elif known.unposted:
            changed = replace(changed, unposted=False)
            await self._write_post(tx, changed, now)
        elif known.place is not None:
            await self._write_change(tx, known, now)
        await store.change(tx, changed, self._vault)
        return changed

    async def _write_post(self, tx: AsyncConnection, answer: Answer, now: datetime) -> None:
        if answer.audience is Audience.ONLY_ME:
            return
        ref = {"answer": answer.key, "audience": answer.audience.value}
        row = NewRow(ANSWER, f"answer:{answer.key}", ref, answer.group_key, expires_at=now + WORTH_POSTING)
        await self._outbox.add(tx, row, now)

    async def _write_change(self, tx: AsyncConnection, answer: Answer, now: datetime) -> None:
        row = NewRow(ANSWER_CHANGED, f"answer:{answer.key}", {"answer": answer.key}, answer.group_key)
        await self._outbox.add(tx, row, now)

    async def _write_removal(self, tx: AsyncConnection, place: Place | None, group_key: str, now: datetime) -> None:
        if place is None:
            return
        ref = {"channel": place.channel_id, "message": place.message_id}
        await self._outbox.add(tx, NewRow(ANSWER_GONE, f"message:{place.message_id}", ref, group_key), now)

    async def _posted(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        if receipt.channel_id is None or receipt.message_id is None:
            return
        place = Place(receipt.channel_id, receipt.message_id)
        if not await store.posted(tx, row.ref["answer"], Audience(row.ref["audience"]), place):
            await self._write_removal(tx, place, row.group_key or "", now)  # for others by now, or gone
            return
        answer = await store.get(tx, row.ref["answer"], self._vault)
        if answer is not None and answer.version != (receipt.note or ""):
            await self._write_change(tx, answer, now)  # reworded while it was on its way

    async def _not_posted(self, tx: AsyncConnection, row: Row, _problem: str, _now: datetime) -> None:
        await store.not_posted(tx, row.ref["answer"], Audience(row.ref["audience"]))
