"""Pages outside Discord, as they are sent: rendered from the case as it stands, by whatever happens to Discord."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from pydantic import SecretStr

from bot.config import PagingSettings
from bot.crisis.cases.model import OUTSIDE, Case
from bot.crisis.cases.service import Cases
from bot.crisis.member.texts import age, level_in
from bot.crisis.outside.reach import Reach
from bot.crisis.outside.send import Sent, send, what_is_wrong
from bot.crisis.outside.targets import OutsideTarget, OutsideTargets
from bot.errors import ConfigError
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import Permanent, Receipt, Row, Superseded, Temporary
from bot.outbox.service import Outbox
from bot.words import Library

log = get("crisis")

Send = Callable[[SecretStr, str, str], Awaitable[Sent]]
CodeOf = Callable[[str, int], Awaitable[str | None]]
"""A member's clinic code, by group and member."""


def targets_of(settings: PagingSettings) -> OutsideTargets:
    """Return the targets of the configuration."""
    return OutsideTargets(
        OutsideTarget(target.name, target.therapist, address)
        for target in settings.target
        if (address := settings.address_of(target)) is not None
    )


def refuse_wrong_addresses(targets: Iterable[OutsideTarget]) -> None:
    """Raise ConfigError that names every target whose address cannot be used, and never the address."""
    wrong = [(target.name, problem) for target in targets if (problem := what_is_wrong(target.url)) is not None]
    if wrong:
        told = "\n".join(f"  - paging.target {name}: {problem}" for name, problem in wrong)
        raise ConfigError(
            f"A page outside Discord could not be sent to:\n{told}",
            "docs/operators.md shows addresses. Try them with: holdspace page test",
        )


class OutsidePages:
    """Sends the outbox's pages outside Discord. Nothing in here needs Discord to be there."""

    def __init__(
        self,
        cases: Cases,
        groups: Groups,
        targets: OutsideTargets,
        words: Library,
        reach: Reach,
        code_of: CodeOf | None = None,
        sender: Send = send,
    ) -> None:
        self._cases = cases
        self._groups = groups
        self._targets = targets
        self._code_of = code_of
        self._words = words
        self._reach = reach
        self._sender = sender

    def register(self, outbox: Outbox) -> None:
        """Become who delivers pages outside Discord."""
        outbox.deliver_with(OUTSIDE, self.page)

    async def page(self, row: Row, now: datetime) -> Receipt:
        """Send one page; a case that rings no more needs none."""
        case = await self._cases.get(row.ref["case"])
        if case is None:
            raise Superseded("gone")
        if not case.rings:
            raise Superseded("taken")
        target = self._targets.named(row.ref["name"])
        if target is None:
            raise Permanent("target_gone")
        title, body = await self._rendered(row, case, now)
        sent = await self._sender(target.url, title, body)
        if sent.problem is None:
            log.info("outside_page_sent", case=case.code, seconds=round(sent.seconds, 1))
            return Receipt(note=f"{sent.seconds:.1f}s"[:20])
        if sent.is_worth_another_try:
            raise Temporary(f"outside.{sent.problem}")
        raise Permanent(f"outside.{sent.problem}")

    async def _rendered(self, row: Row, case: Case, now: datetime) -> tuple[str, str]:
        """Render title and text; if that fails, a built-in text with the case's code goes out instead of nothing."""
        try:
            return await self._render(row, case, now)
        except Exception as error:
            log.error("page_words_failed", case=case.code, exc_info=error)
            return f"Case {case.code}", f"Case {case.code} waits for a therapist. Please look."

    async def _render(self, row: Row, case: Case, now: datetime) -> tuple[str, str]:
        group = self._groups.get(case.group_key)
        words = self._words.of(group.language if group else "en")
        places = {
            "code": case.code,
            "group": group.label if group else case.group_key,
            "age": age(case.opened_at, now),
            "level": level_in(words, case.level),
        }
        lines = [words("outside.page.text", **places)]
        if self._code_of is not None and (code := await self._code_of(case.group_key, case.member_id)):
            lines.append(words("outside.page.clinic_code", clinic_code=code))
        if case.round > 1:
            lines.append(words("crisis.page.again", round=case.round))
        if row.uncertain_since is not None:
            lines.append(words("outside.page.maybe_again"))
        lines.append(words("outside.page.no_discord" if self._reach.lost_since else "outside.page.look"))
        return words("outside.page.title", **places), "\n".join(lines)
