"""The guided tour: steps in plain words, each done by its button or by the visitor, and done when it was seen."""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from bot.cli.demo.acts import Acts
from bot.cli.demo.witness import Witness
from sandbox import NotAllowed
from sandbox.scene import ALICE, BEN, CARE, CIRCLE, MARIA, TOM

if TYPE_CHECKING:
    from bot.cli.demo.stage import Stage

_WITHIN = 15.0
_LOOK_EVERY = 0.05
_PAGE_TURNS_WITHIN = 1.0
_PEOPLE = {"alice": ALICE, "ben": BEN, "maria": MARIA, "tom": TOM}
_CHANNELS = {"circle": CIRCLE, "care": CARE}
_PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Step:
    """One step's words, and what is looked at: (who, where). `expected` completes "There was no ..."."""

    id: str
    title: str
    text: str
    button: str
    expected: str
    look: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How a step is done, and how one sees that it was. Without an outcome its button is all there is to it."""

    act: Callable[[Acts], Awaitable[None]]
    outcome: Callable[[Witness], bool] | None = None


WAYS: Mapping[str, Way] = {
    "welcome": Way(Acts.read),
    "ordinary": Way(Acts.say_something_ordinary, Witness.ordinary_was_read),
    "win": Way(Acts.share_a_win, Witness.win_was_shared),
    "danger": Way(Acts.say_something_grave, Witness.alarm_was_raised),
    "unanswered": Way(Acts.let_time_pass_unanswered, Witness.next_was_asked),
    "taken": Way(Acts.take_the_case, Witness.somebody_took_it),
    "contact": Way(Acts.record_contact, Witness.contact_was_made),
    "tomorrow": Way(Acts.go_to_the_next_prompt, Witness.prompt_was_posted),
    "phone": Way(Acts.post_a_phone_number, Witness.private_note_was_sent),
    "off": Way(Acts.switch_the_bot_off, Witness.something_was_said_while_the_bot_was_away),
    "on": Way(Acts.switch_the_bot_on, Witness.it_was_found_afterwards),
    "next": Way(Acts.read),
}


def read_steps() -> list[Step]:
    """Read the steps' words, in their order."""
    text = (resources.files("bot.cli.demo") / "tour.toml").read_text(encoding="utf-8")
    return [
        Step(**{**step, "look": tuple((who, where) for who, where in step["look"])})
        for step in tomllib.loads(text)["step"]
    ]


class Tour:
    """Offers the steps to the sandbox's page. Before `begin` they can be read but not done."""

    def __init__(self) -> None:
        self._steps = {step.id: step for step in read_steps()}
        self._done: set[str] = set()
        self._one_at_a_time = asyncio.Lock()
        self._witness: Witness | None = None
        self._acts: Acts | None = None

    def begin(self, stage: "Stage", witness: Witness) -> None:
        """Let the steps be done on this stage."""
        self._witness = witness
        self._acts = Acts(stage, witness)

    def steps(self) -> list[dict[str, Any]]:
        """List the steps as the page wants them: id, title, text, button, done, and whom to look at."""
        return [
            {
                "id": step.id,
                "title": step.title,
                "text": step.text,
                "button": step.button,
                "done": self._is_done(step.id),
                "look": [self._look(who, where) for who, where in step.look],
            }
            for step in self._steps.values()
        ]

    async def do(self, step_id: str, /) -> None:
        """Do a step and wait until what it is about has been seen; NotAllowed says plainly what went wrong."""
        acts, step, way = self._acts, self._steps[step_id], WAYS[step_id]
        if acts is None:
            raise NotAllowed("The demo is still starting. Please try again in a moment.")
        async with self._one_at_a_time:
            await self._until_visitor_looks(step)
            await way.act(acts)
            if way.outcome is None:
                self._done.add(step_id)
            try:
                async with asyncio.timeout(_WITHIN):
                    while not self._is_done(step_id):  # noqa: ASYNC110  (outcomes come from several places)
                        await asyncio.sleep(_LOOK_EVERY)
            except TimeoutError:
                raise NotAllowed(
                    f"This did not work: there was no {step.expected} within {_WITHIN:.0f} seconds. "
                    "Try once more; if it stays so, end the demo with Ctrl-C and start it again."
                ) from None

    async def _until_visitor_looks(self, step: Step) -> None:
        """Wait a moment for the page to show whom this step is about, so that the visitor sees it happen."""
        if self._witness is not None and step.look:
            person = _PEOPLE[step.look[0][0]]
            with suppress(TimeoutError):
                async with asyncio.timeout(_PAGE_TURNS_WITHIN):
                    while self._witness.is_watched_by_others_than(person):  # noqa: ASYNC110  (pages come and go)
                        await asyncio.sleep(_LOOK_EVERY)

    def _is_done(self, step_id: str) -> bool:
        """Whether this was seen once; what was seen stays done."""
        outcome = WAYS[step_id].outcome
        if self._witness is not None and outcome is not None and outcome(self._witness):
            self._done.add(step_id)
        return step_id in self._done

    def _look(self, who: str, where: str) -> dict[str, str]:
        person = _PEOPLE[who]
        private = self._witness.private_place(person) if where == _PRIVATE and self._witness else None
        channel = private.id if private else _CHANNELS.get(where, CIRCLE)
        return {"as": str(person), "channel": str(channel)}
