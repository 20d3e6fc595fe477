"""Sending what is due around a session; every text is rendered from the state of this moment."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO

import discord
from discord import ui

from bot.app import Parts
from bot.daily_prompts.sessions.chart import Bars, draw
from bot.daily_prompts.sessions.model import Session, SessionState, StepKind
from bot.daily_prompts.sessions.planning import version
from bot.groups.model import Group
from bot.log import get
from bot.outbox.model import Permanent, Receipt, Row, Superseded, Temporary
from bot.words import Words
from cogs.daily_prompts import session_calendar as calendar
from cogs.daily_prompts import session_render as render
from cogs.shared.delivery import discord_problems

log = get("daily_prompts")

_MESSAGES_LOOKED_AT = 100
_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_PICTURE = "digest.png"


class SessionDeliverer:
    """Sends the steps around a session, brings what was posted up to date, and hands over what members bring."""

    def __init__(self, client: discord.Client, parts: Parts) -> None:
        self._client = client
        self._parts = parts

    async def step(self, row: Row, now: datetime) -> Receipt:
        """Do one step of a session."""
        session, group = await self._session(row), self._group(row)
        kind = StepKind(row.ref["step"])
        if session.state is SessionState.LEFT_OUT:
            raise Superseded("left_out")
        with discord_problems():
            if kind is StepKind.EVENT:
                place = await self._event(row, group, session)
            elif kind is StepKind.DIGEST:
                place = await self._digest(row, group, session, now)
            else:
                place = await self._post(row, group, session, kind, now)
        return Receipt(place[0], place[1], note=version(session))

    async def change(self, row: Row, now: datetime) -> Receipt:
        """Show what was posted about a session as it is now."""
        session, group = await self._session(row), self._group(row)
        kind = StepKind(row.ref["step"])
        channel_id, message_id = row.ref["channel"], row.ref["message"]
        guild = self._client.get_guild(group.server)
        if kind is StepKind.EVENT and guild is None:
            raise Temporary("server_not_here")
        with discord_problems():
            if kind is not StepKind.EVENT:
                channel = self._client.get_partial_messageable(channel_id, guild_id=group.server)
                layout = await self._layout(group, session, kind, now)
                await channel.get_partial_message(message_id).edit(view=layout)
            elif guild is not None:
                await calendar.bring_up_to_date(guild, message_id, session)
        return Receipt(channel_id, message_id)

    async def hand_over(self, row: Row, _now: datetime) -> Receipt:
        """Show the therapists what a member brings, unless it was taken back."""
        group = self._group(row)
        brought = await self._parts.handing.get(row.ref["brought"])
        if brought is None:
            raise Superseded("taken_back")
        card = render.brought_card(brought, self._parts.words.of(group.language), mark=_mark(row))
        with discord_problems():
            care = self._client.get_partial_messageable(group.care, guild_id=group.server)
            there = None
            if row.attempts > 1:
                there = await self._found(care, row, lambda message: _marked(message, _mark(row)))
            sent = there or (await care.send(view=card, nonce=row.nonce)).id
        return Receipt(group.care, sent)

    async def _post(self, row: Row, group: Group, session: Session, kind: StepKind, now: datetime) -> tuple[int, int]:
        """Post in the circle; what an interrupted try has posted is found and not posted again."""
        layout = await self._layout(group, session, kind, now)
        circle = self._client.get_partial_messageable(group.circle, guild_id=group.server)
        there = None
        if row.attempts > 1:
            marks = {item.custom_id for item in layout.walk_children() if isinstance(item, ui.Button)}
            there = await self._found(circle, row, lambda message: bool(marks & _custom_ids(message.components)))
        sent = there or (await circle.send(view=layout, nonce=row.nonce)).id
        return group.circle, sent

    async def _layout(self, group: Group, session: Session, kind: StepKind, now: datetime) -> ui.LayoutView:
        words = self._parts.words.of(group.language)
        gentle = await self._parts.sessions.is_heavy(group, now)
        if kind is StepKind.REMIND:
            around = await self._parts.sessions.around(group, session.slot.starts_at - timedelta(seconds=1))
            return render.reminder(session, around.last, words, gentle=gentle)
        run = (await self._parts.sessions.steps_of(session.key)).get(StepKind.TAKEAWAY)
        if run is None or run.run_id is None:
            raise Permanent("run_gone")
        library = self._parts.daily_prompts.library(group.language)
        skill = self._parts.skills.of(group.language).get(session.skill or "")
        next_at = await self._parts.sessions.next_session(group, now)
        return render.takeaway(session, run.run_id, next_at, library, skill, words, gentle=gentle)

    async def _digest(self, row: Row, group: Group, session: Session, now: datetime) -> tuple[int, int]:
        words = self._parts.words.of(group.language)
        library = self._parts.daily_prompts.library(group.language)
        care = self._client.get_partial_messageable(group.care, guild_id=group.server)
        heading = render.digest_heading(session, words)
        if row.attempts > 1:
            there = await self._found(care, row, lambda message: message.content.startswith(heading))
            if there is not None:
                return group.care, there
        digest = await self._parts.digests.before(group, session, now)
        text = render.digest_text(digest, library, words)
        bars = render.digest_bars(digest, library, words)
        sent = await self._with_chart(care, text, bars, words, row.nonce) if bars else None
        if sent is None:
            sent = await care.send(text, nonce=row.nonce)
        return group.care, sent.id

    @staticmethod
    async def _with_chart(
        care: discord.PartialMessageable, text: str, bars: Sequence[Bars], words: Words, nonce: str
    ) -> discord.Message | None:
        """Send the digest with its chart; None where the bot may not attach files, as the text says the same."""
        picture = BytesIO(await asyncio.to_thread(draw, bars))
        file = discord.File(picture, _PICTURE, description=render.chart_alt(bars, words))
        try:
            return await care.send(text, file=file, nonce=nonce)
        except discord.Forbidden:
            return None

    async def _event(self, row: Row, group: Group, session: Session) -> tuple[int, int]:
        if self._client.get_guild(group.server) is None:
            raise Temporary("server_not_here")  # another process has this server, or it is away
        words = self._parts.words.of(group.language)
        found = calendar.check(self._client, group, words)
        if found.channel is None:
            raise Permanent(f"event_{found.text}")
        event_id = await calendar.put(found.channel, session, words, again=row.attempts > 1)
        return found.channel.id, event_id

    async def _found(
        self, channel: discord.PartialMessageable, row: Row, is_it: Callable[[discord.Message], bool]
    ) -> int | None:
        """Look whether an earlier try has sent it after all: Discord compares nonces only for some minutes."""
        since = row.created_at - _CLOCKS_MAY_DIFFER
        async for message in channel.history(limit=_MESSAGES_LOOKED_AT, after=since):
            if message.author == self._client.user and is_it(message):
                return message.id
        return None

    async def _session(self, row: Row) -> Session:
        session = await self._parts.sessions.get(row.ref["session"])
        if session is None:
            raise Superseded("gone")
        return session

    def _group(self, row: Row) -> Group:
        group = self._parts.groups.get(row.group_key or "")
        if group is None:
            raise Permanent("group_unknown")
        return group


def _mark(row: Row) -> int:
    """Return a number for a card's outermost component, which Discord keeps: 28 bits of the row's random key."""
    return int(row.nonce[:7], 16) + 1


def _marked(message: discord.Message, mark: int) -> bool:
    return any(isinstance(each, discord.Container) and each.id == mark for each in message.components)


def _custom_ids(components: object) -> set[str]:
    found: set[str] = set()
    for component in components if isinstance(components, list) else ():
        found |= {getattr(component, "custom_id", None) or ""} - {""}
        found |= _custom_ids(getattr(component, "children", []))
    return found
