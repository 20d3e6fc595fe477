"""What the tour's buttons do, each an act of somebody in the sandbox or a turn of its clock."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.cli.demo.witness import Witness, parts_of
from bot.crisis.cases.model import CaseState
from bot.daily_prompts.policy import next_turn
from bot.daily_prompts.turns import schedule_of
from bot.errors import HoldspaceError
from sandbox import NotAllowed
from sandbox.scene import ALICE, BEN, CARE, CIRCLE, TOM

if TYPE_CHECKING:
    from bot.cli.demo.stage import Stage

ORDINARY = "I cooked for myself tonight, first time this week."
DANGER = "I can't do this any more. I want to kill myself."
DANGER_MEANWHILE = "I want to die."
WIN = "I called my sister before it got heavy, not after."
# 555-01xx is kept free for made-up numbers.
PHONE_NUMBER = "If anybody likes to talk this week: my number is 212-555-0142."
_WINS_REST = (
    "Celebrations rest while an alarm is open, but no longer than three days once a therapist has it; a win that is "
    "shared now waits. See to it that no alarm waits, move the clock on by three days, and press again."
)
_FORM_IS_SHOWN = 1.2
_AWAY_FOR = timedelta(minutes=20)


class Acts:
    """The acts of the tour's steps; one that cannot be done now says why and what to do first (NotAllowed)."""

    def __init__(self, stage: "Stage", witness: Witness) -> None:
        self._stage = stage
        self._people = stage.sandbox.people
        self._witness = witness

    async def read(self) -> None:
        """Do nothing: there is only something to read."""

    async def say_something_ordinary(self) -> None:
        """Let Alice write about her evening."""
        self._require_bot()
        await self._people.say(ALICE, CIRCLE, ORDINARY)

    async def say_something_grave(self) -> None:
        """Let Alice say plainly that she wants to die."""
        self._require_bot()
        await self._people.say(ALICE, CIRCLE, DANGER)

    async def let_time_pass_unanswered(self) -> None:
        """Let nobody press the button for as long as the group's chain waits."""
        self._require_bot()
        if not await self._cases(CaseState.OPEN):
            raise NotAllowed(
                "No page is waiting for an answer now. First do the step “Somebody is in danger”: it lets one go out."
            )
        self._stage.skip(self._stage.group.escalation.acknowledge_within)

    async def take_the_case(self) -> None:
        """Let Tom press the button on the newest page of a case that waits."""
        self._require_bot()
        waiting = {f"case:{case_id}:acknowledge" for case_id in await self._cases(CaseState.OPEN)}
        page = next(((b, page) for b, page in reversed([*self._witness.pages()]) if b in waiting), None)
        if page is None:
            raise NotAllowed(
                "No page is waiting for an answer now. First do the step “Somebody is in danger”: it lets one go out."
            )
        await self._people.answer(await self._people.press(TOM, CARE, page[1], page[0]))

    async def record_contact(self) -> None:
        """Let Tom press *I've made contact* in the answer that he got when he took a case."""
        self._require_bot()
        taken = {f"case:{case_id}:contacted" for case_id in await self._cases(CaseState.ACKNOWLEDGED)}
        shown = [(part["custom_id"], message) for message in self._people.messages(TOM, CARE)
                 for part in parts_of(message["components"]) if part.get("custom_id") in taken]  # fmt: skip
        if not shown:
            raise NotAllowed("Tom has no case now. First do the step “A therapist takes it”: it gives him one.")
        button, message = shown[-1]
        await self._people.answer(await self._people.press(TOM, CARE, int(message["id"]), button))

    async def share_a_win(self) -> None:
        """Let Ben open the form of /win, look at it for a moment, and send it to the group."""
        self._require_bot()
        if await self._stage.bot.client.parts.wins.rests(self._stage.group.key, self._stage.clock.now()):
            raise NotAllowed(_WINS_REST)
        opened = await self._people.answer(await self._people.command(BEN, CIRCLE, "win"))
        if opened["modal"] is None:
            raise NotAllowed("The bot did not open the form of /win.")
        await asyncio.sleep(_FORM_IS_SHOWN)
        await self._people.submit(BEN, opened["modal"]["id"], {"text": WIN, "audience": "group"})

    async def go_to_the_next_prompt(self) -> None:
        """Move the clock on to the group's next time for a daily prompt."""
        self._require_bot()
        schedule = schedule_of(self._stage.group)
        if schedule is None:
            raise NotAllowed("This group has no daily prompts any more.")
        now = self._stage.clock.now()
        self._stage.skip(next_turn(schedule, now).at - now)

    async def post_a_phone_number(self) -> None:
        """Let Ben write his phone number in the circle."""
        self._require_bot()
        await self._people.say(BEN, CIRCLE, PHONE_NUMBER)

    async def switch_the_bot_off(self) -> None:
        """Stop the bot, let somebody write something grave, and let time pass."""
        who = await self._somebody_without_a_case() if self._stage.bot.is_on else BEN
        await self._stage.bot.stop()
        await self._people.say(who, CIRCLE, DANGER_MEANWHILE)
        self._stage.skip(_AWAY_FOR)

    async def switch_the_bot_on(self) -> None:
        """Start the bot again."""
        if self._stage.bot.is_on:
            raise NotAllowed("The bot is on. Do the step before this one first: it switches the bot off.")
        try:
            await self._stage.bot.start()
        except HoldspaceError as error:
            raise NotAllowed(f"The bot did not start: {error.message} {error.remedy}") from error

    def _require_bot(self) -> None:
        if not self._stage.bot.is_on:
            raise NotAllowed("The bot is switched off. Switch it on again first.")

    async def _cases(self, *states: CaseState) -> dict[int, int]:
        """Give the cases in these states: their ids, and whom each is about."""
        cases = await self._stage.bot.client.parts.cases.open_cases()
        return {case.id: case.member_id for case in cases if case.state in states}

    async def _somebody_without_a_case(self) -> int:
        busy = set((await self._cases(*CaseState)).values())
        return next((who for who in (BEN, ALICE) if who not in busy), BEN)
