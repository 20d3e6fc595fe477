"""Which screener reads for a group: the shipped one, or one with the group's own additions to the lexicon."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from bot.crisis.cases.notices import Notices
from bot.crisis.screening import LexiconError, Screener
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.overlay import with_overlay
from bot.crisis.watching.watch import Assessor
from bot.groups.model import Group
from bot.log import get

log = get("crisis")


def with_own_words(group: Group) -> Screener:
    """Return the shipped screener with a group's overlay; raises LexiconError with entry, line and remedy."""
    return with_overlay(Source.of(f"overlay of {group.key}", group.overlay or ""))


class Screeners:
    """Keeps a screener for every group that has an overlay.

    An overlay that cannot be used is left out: the one that ran before stays in force, else the shipped lexicon reads
    alone, and the group's therapists are told.
    """

    def __init__(self, shipped: Screener, notices: Notices) -> None:
        self._shipped = shipped
        self._notices = notices
        self._own: dict[str, Screener] = {}
        self._tried: dict[str, str] = {}
        self._instead: Assessor | None = None

    def of(self, group: Group) -> Assessor:
        """Return what reads for a group."""
        return self._instead or self._own.get(group.key, self._shipped)

    def distrust(self, instead: Assessor) -> None:
        """Let something else read for every group, because the shipped screener has failed its rehearsal."""
        self._instead = instead

    async def prepare(self, groups: Iterable[Group], now: datetime) -> None:
        """Load what is new among the groups' overlays, off the event loop, as its self-tests take a second."""
        for group in groups:
            if group.overlay is None:
                self._own.pop(group.key, None)
                self._tried.pop(group.key, None)
            elif self._tried.get(group.key) != group.overlay:
                self._tried[group.key] = group.overlay
                await self._load(group, now)

    async def _load(self, group: Group, now: datetime) -> None:
        try:
            self._own[group.key] = await asyncio.to_thread(with_own_words, group)
        except LexiconError as error:
            log.error("overlay_left_out", group_key=group.key, exc_info=error)
            await self._notices.tell(group, "crisis.notice.overlay_left_out", now)
