"""A rehearsal at every start: a canary sentence goes through screener and store to a pager that sends nothing.

Where the store or the pages fail, nothing may start: a bot that looks alive and cannot page is the worst of all. Where
only the screener fails to find the sentence, the bot starts, because buttons, reports and the chain work; but it trusts
the screener no more. Every message then counts as one that could not be screened, so that the group's first one opens
the fault case, which pages a therapist to read for themselves.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.crisis.cases.model import Signal, Source
from bot.crisis.screening import Assessment, Context, Level, View, views_of
from bot.errors import HoldspaceError, StorageError
from bot.groups.model import Group
from bot.log import get

if TYPE_CHECKING:
    from bot.app import Parts

log = get("canary")

SENTENCE = "I want to kill myself"
_NOBODY = 1
"""Whom the rehearsed case is about: an id that Discord has given to nobody."""


class ScreenerNotTrusted(Exception):
    """The screener did not find the canary's sentence, so what it does not find means nothing."""


class NotTrusted:
    """Stands in for a screener that failed the rehearsal: with it, every message is one that could not be screened."""

    def assess(self, _views: Sequence[View], _context: Context) -> Assessment:
        """Refuse."""
        raise ScreenerNotTrusted


async def rehearse(parts: "Parts") -> None:
    """Rehearse an alarm; raises HoldspaceError where it could not be stored or paged."""
    now = parts.clock.now()
    if not finds_the_sentence(parts):
        log.error("canary_not_found")
        parts.screeners.distrust(NotTrusted())
        for group in parts.groups.all():
            await parts.notices.tell(group, "outside.notice.screener_not_trusted", now)
    groups = parts.groups.all()
    if groups:
        await _store_and_page(parts, groups[0], now)
    log.info("canary_done")


def finds_the_sentence(parts: "Parts") -> bool:
    """Say whether the shipped screener finds the canary's sentence to be grave."""
    try:
        return parts.screener.assess(views_of(SENTENCE), Context()).level >= Level.HIGH
    except Exception as error:
        log.error("canary_screening_failed", exc_info=error)
        return False


async def _store_and_page(parts: "Parts", group: Group, now: datetime) -> None:
    signal = Signal(
        group_key=group.key,
        key="canary",
        member_id=_NOBODY,
        level=Level.HIGH,
        source=Source.SCREENING,
        channel_id=group.circle,
        message_id=_NOBODY,
        said_at=now,
        told=False,
    )
    try:
        case, pages = await parts.cases.rehearse(signal, now)
        text = parts.crisis_texts.page(group, case, list(group.therapists), "", None, now)
    except HoldspaceError:
        raise
    except Exception as error:
        log.error("canary_failed", exc_info=error)
        raise _broken(f"{type(error).__name__}") from error
    if not pages or case.code not in text:
        raise _broken("no page was written")


def _broken(why: str) -> StorageError:
    return StorageError(
        f"The rehearsal of an alarm failed ({why}), so the bot does not start: it could not page anybody.",
        "Look into the log. Was it updated just now? Then go back to the version before. Otherwise: holdspace check",
    )
