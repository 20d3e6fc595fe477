"""What has really happened in the sandbox since the tour began, whoever did it."""

import re
from collections.abc import Iterator
from typing import Any

from bot.crisis.screening import Level
from bot.groups.model import Group
from bot.words import Words
from sandbox import Sandbox
from sandbox.bus import Event
from sandbox.model import JSON, Channel, ChannelType, Message

_PAGE_BUTTON = re.compile(r"case:[0-9]+:acknowledge")
_CHEER = re.compile(r"win:.+:cheer")


class Witness:
    """Sees what the people in the sandbox can see, without reading anything in their stead."""

    def __init__(self, sandbox: Sandbox, group: Group, words: Words) -> None:
        self._sandbox = sandbox
        self._group = group
        self._words = words
        self._began = sandbox.world.ids.snowflake()
        self._ordinary = False
        self._said_while_away: set[int] = set()
        sandbox.world.bus.listen(self._hear)

    async def on_screened(self, screened: Any) -> None:
        """Note that the bot has looked at a message and found nothing in it."""
        if screened.message.id > self._began and screened.assessment.level is Level.NONE:
            self._ordinary = True

    def ordinary_was_read(self) -> bool:
        """Tell whether the bot has read something ordinary and found nothing to do."""
        return self._ordinary

    def alarm_was_raised(self) -> bool:
        """Tell whether the care channel was paged, and somebody was told in private that the alarm was sent."""
        return any(self.pages()) and (self._was_told("sent") or self.somebody_took_it())

    def next_was_asked(self) -> bool:
        """Tell whether a case was paged a second time, to somebody else than the first."""
        asked: dict[str, set[tuple[int, ...]]] = {}
        for button, page in self.pages():
            asked.setdefault(button, set()).add(tuple(page.mentions.users))
        return any(len(people) > 1 for people in asked.values())

    def somebody_took_it(self) -> bool:
        """Tell whether a member has been told that a therapist has seen the alarm."""
        return self._was_told("seen") or self.contact_was_made()

    def contact_was_made(self) -> bool:
        """Tell whether a member has been told that a therapist is in touch with them."""
        return self._was_told("contacted")

    def win_was_shared(self) -> bool:
        """Tell whether a win is in the circle."""
        shown = self._by_bot(self._channel(self._group.circle))
        return any(_CHEER.fullmatch(str(c.get("custom_id", ""))) for m in shown for c in parts_of(m.components))

    def prompt_was_posted(self) -> bool:
        """Tell whether the daily prompt is in the circle."""
        heading = self._words("daily_prompts.post.heading")
        return any(heading in text_of(message) for message in self._by_bot(self._channel(self._group.circle)))

    def private_note_was_sent(self) -> bool:
        """Tell whether somebody got a private note about what others can see of them."""
        return self._was_written_privately(self._words.raw("boundaries.note.text").partition("{")[0])

    def something_was_said_while_the_bot_was_away(self) -> bool:
        """Tell whether somebody has written in the circle while the bot had no connection."""
        return bool(self._said_while_away)

    def it_was_found_afterwards(self) -> bool:
        """Tell whether a page leads to what was said while the bot had no connection."""
        return any(f"/{message_id}" in page.content for _, page in self.pages() for message_id in self._said_while_away)

    def is_watched_by_others_than(self, person: int) -> bool:
        """Tell whether a page is open, but none on which this person is played."""
        watchers = self._sandbox.world.watchers
        return not watchers[person] and any(watchers.values())

    def pages(self) -> Iterator[tuple[str, Message]]:
        """Give every page in the care channel with its button's id, oldest first."""
        for message in self._by_bot(self._channel(self._group.care)):
            for component in parts_of(message.components):
                if _PAGE_BUTTON.fullmatch(str(component.get("custom_id", ""))):
                    yield str(component["custom_id"]), message

    def private_place(self, person: int) -> Channel | None:
        """Find where the bot speaks with a member alone: a private thread, else the direct conversation."""
        world = self._sandbox.world
        direct = world.directs.get(frozenset({person, world.bot.id}))
        return next((c for c in self._private_threads() if c.thread and person in c.thread.members), direct)

    def _was_told(self, status: str) -> bool:
        return self._was_written_privately(self._words(f"crisis.member.{status}", group=self._group.label))

    def _was_written_privately(self, text: str) -> bool:
        places = [*self._private_threads(), *self._sandbox.world.directs.values()]
        return any(text in message.content for place in places for message in self._by_bot(place))

    def _private_threads(self) -> list[Channel]:
        world = self._sandbox.world
        threads = world.threads(world.guilds[self._group.server], self._channel(self._group.circle))
        return [thread for thread in threads if thread.type is ChannelType.PRIVATE_THREAD]

    def _channel(self, channel_id: int) -> Channel:
        return self._sandbox.world.channels[channel_id]

    def _by_bot(self, channel: Channel) -> list[Message]:
        bot = self._sandbox.world.bot.id
        return [message for key, message in sorted(channel.messages.items()) if message.author_id == bot]

    def _hear(self, event: Event) -> None:
        message = event.message
        if event.name != "MESSAGE_CREATE" or message is None or message.channel_id != self._group.circle:
            return
        is_away = not any(session.connection for session in self._sandbox.gateway.sessions.values())
        if is_away and message.author_id != self._sandbox.world.bot.id:
            self._said_while_away.add(message.id)


def text_of(message: Message) -> str:
    """Write a message's text, also what stands in its components."""
    shown = [str(component.get("content", "")) for component in parts_of(message.components)]
    return "\n".join(filter(None, [message.content, *shown]))


def parts_of(components: list[JSON]) -> Iterator[JSON]:
    """Give every component, also those inside others."""
    for component in components:
        yield component
        yield from parts_of(component.get("components") or [])
