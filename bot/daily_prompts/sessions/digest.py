"""What therapists get before a session: counts, and what people chose to send. Never who did not."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.answers.model import Audience
from bot.daily_prompts.answers.store import answers
from bot.daily_prompts.choosing import Chooser
from bot.daily_prompts.model import DAILY, Theme
from bot.daily_prompts.sessions import handed_store, store
from bot.daily_prompts.sessions.handed import Tried, TriedBy
from bot.daily_prompts.sessions.model import TAKEAWAY_RUN, Session
from bot.daily_prompts.store import runs
from bot.groups.model import Group
from bot.storage.engine import Database
from bot.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Digest:
    """Counts since the last session. `named` are those who chose to say with their name how the practice went."""

    session: Session
    brought: int
    practice: str | None
    tried: Counter[Tried]
    named: tuple[TriedBy, ...]
    themes: Counter[Theme]
    takeaways: int

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to count."""
        return not (self.brought or self.practice or self.themes or self.takeaways)


class Digests:
    """Gathers a digest from what is stored at this moment."""

    def __init__(self, database: Database, vault: Vault, chooser: Chooser) -> None:
        self._database = database
        self._vault = vault
        self._chooser = chooser

    async def before(self, group: Group, session: Session, now: datetime) -> Digest:
        """Return what has come together for a session."""
        async with self._database.read() as tx:
            previous = await store.latest_before(tx, group.key, session.slot.starts_at, self._vault)
            since = previous.slot.starts_at if previous else session.planned_at
            tried, named = await handed_store.tried_in(tx, previous.key) if previous else (Counter(), [])
            themes: Counter[Theme] = Counter()
            for prompt_id, count in await _shared(tx, group.key, DAILY, since, now):
                prompt = await self._chooser.find(tx, group, prompt_id)
                if prompt is not None:
                    themes[prompt.theme] += count
            takeaways = sum(count for _, count in await _shared(tx, group.key, TAKEAWAY_RUN, since, now))
            return Digest(
                session=session,
                brought=await handed_store.sent_for(tx, group.key),
                practice=previous.practice if previous else None,
                tried=tried,
                named=tuple(named),
                themes=themes,
                takeaways=takeaways,
            )


async def _shared(
    tx: AsyncConnection, group_key: str, kind: str, since: datetime, until: datetime
) -> list[tuple[str, int]]:
    """Count the answers that were shown to the group or the therapists, by the prompt; others do not count."""
    query = (
        select(runs.c.prompt_id, func.count())
        .join(answers, answers.c.run_id == runs.c.id)
        .where(
            runs.c.group_key == group_key,
            runs.c.kind == kind,
            answers.c.audience != Audience.ONLY_ME,
            answers.c.written_at >= since,
            answers.c.written_at <= until,
        )
        .group_by(runs.c.prompt_id)
        .order_by(runs.c.prompt_id)
    )
    return [(prompt_id, count) for prompt_id, count in await tx.execute(query) if prompt_id is not None]
