"""From a member's message to the page: the gateway sends the one, the sandbox receives the other.

Sandbox and bot share a process here, so each waits for the other's work too.
"""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import spread
from bot.cli.demo.stage import Stage, set_up
from sandbox.bus import Event
from sandbox.model import User
from sandbox.scene import CARE, CIRCLE, SERVER

MESSAGES = 200
WARM_UP = 5
DANGER = "I want to kill myself"
MEMBERS_ROLE = 6001
_QUIET_FOR = 0.02


def main() -> None:
    """Measure and print."""
    taken, settled = asyncio.run(_measure())
    spread("message at the gateway -> page at the sandbox", taken)
    spread("message at the gateway -> member's private word at the sandbox", settled)


async def _measure() -> tuple[list[float], list[float]]:
    with TemporaryDirectory() as folder:
        async with set_up(Path(folder)) as stage:
            stop = stage.sandbox.world.bus.listen(lambda event: arrived(event, times))
            times: dict[str, float] = {}
            pages, words = [], []
            for member in _members(stage, MESSAGES + WARM_UP):
                times.clear()
                await stage.sandbox.people.say(member, CIRCLE, DANGER)
                await stage.sandbox.people.until(lambda: {"page", "word"} <= times.keys(), within=10)
                pages.append(times["page"] - times["said"])
                words.append(times["word"] - times["said"])
                await stage.bot.client.parts.outbox.settle()
                await asyncio.sleep(_QUIET_FOR)
            stop()
            return pages[WARM_UP:], words[WARM_UP:]


def arrived(event: Event, times: dict[str, float]) -> None:
    """Note when the message, the page and the private word came by."""
    message = event.message
    if event.name != "MESSAGE_CREATE" or message is None:
        return
    if message.channel_id == CIRCLE and message.content == DANGER:
        times["said"] = time.perf_counter()
    elif message.channel_id == CARE:
        times.setdefault("page", time.perf_counter())
    elif message.content:
        times.setdefault("word", time.perf_counter())


def _members(stage: Stage, count: int) -> list[User]:
    """Add members to the circle: one can have one open case at a time."""
    world = stage.sandbox.world
    guild = world.guilds[SERVER]
    people = [world.add_person(name=f"Member {number}") for number in range(count)]
    for person in people:
        world.join(guild, person, roles=[guild.roles[MEMBERS_ROLE]])
    return people


if __name__ == "__main__":
    main()
