"""The buttons of the rota, and the sender of requests to be relieved and of words to one therapist."""

from datetime import datetime

import discord

from bot.app import Parts
from bot.crisis.cases.model import NotATherapist
from bot.crisis.on_call.model import CoverRequest, NotYourShift, RequestNotFound
from bot.crisis.on_call.service import moment
from bot.groups.model import Group
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from bot.words import Words
from cogs.crisis.on_call_render import COVER_PREFIX, PREFIX, cover_view
from cogs.shared.delivery import discord_problems
from cogs.shared.interactions import SafeButton, answer_privately
from cogs.shared.private_word import PrivateWord, Word


def on_call_buttons(parts: Parts) -> tuple[type[SafeButton], ...]:
    """Make the classes of the buttons, bound to their services."""

    class TakeButton(SafeButton, template=rf"{COVER_PREFIX}:(?P<row>[0-9]+):take"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await _take(parts, interaction, int(self.row_id))

    class CoverMeButton(SafeButton, template=rf"{PREFIX}:(?P<row>[a-z0-9-]{{1,40}}):cover-me"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            group = parts.groups.get(self.row_id)
            if group is None:
                await answer_privately(interaction, parts.words.of("en")("on_call.refused.not_yours"))
                return
            await answer_privately(interaction, await cover_me(parts, group, interaction.user.id))

    return (TakeButton, CoverMeButton)


async def cover_me(parts: Parts, group: Group, by: int) -> str:
    """Ask for somebody to be relieved, and return what they are told."""
    words = parts.words.of(group.language)
    try:
        request = await parts.on_call.cover_me(group, by, parts.clock.now())
    except NotATherapist:
        return words("on_call.refused.not_yours")
    except NotYourShift:
        return words("on_call.refused.not_on_call")
    return words("on_call.cover.asked", **times_of(request))


async def _take(parts: Parts, interaction: discord.Interaction, request_id: int) -> None:
    words, by, now = parts.words.of("en"), interaction.user.id, parts.clock.now()
    try:
        taken = await parts.on_call.take(request_id, by, now)
    except RequestNotFound:
        await answer_privately(interaction, words("on_call.cover.gone"))
        return
    except NotATherapist:
        await answer_privately(interaction, words("on_call.refused.not_yours"))
        return
    request = taken.request
    group = parts.groups.get(request.group_key)
    words = parts.words.of(group.language if group else "en")
    if not taken.first:
        name = "over" if request.taken_by is None else "late"
        await answer_privately(interaction, words(f"on_call.cover.{name}", by=f"<@{request.taken_by}>"))
        return
    await interaction.response.edit_message(content=_settled(request, words), view=None)
    told = "you_keep" if by == request.asked_by else "you"
    await answer_privately(interaction, words(f"on_call.cover.{told}", **times_of(request)))


def times_of(request: CoverRequest) -> dict[str, str]:
    """Return from when to when a request is, as Discord shows it."""
    return {"from": moment(request.start), "to": moment(request.end)}


def _settled(request: CoverRequest, words: Words) -> str:
    name = "kept" if request.taken_by == request.asked_by else "taken"
    places = times_of(request) | {"who": f"<@{request.asked_by}>", "by": f"<@{request.taken_by}>"}
    return words(f"on_call.cover.{name}", **places)


class OnCallDeliverer:
    """Sends what the rota has written into the outbox."""

    def __init__(self, client: discord.Client, parts: Parts, private_word: PrivateWord) -> None:
        self._client = client
        self._parts = parts
        self._private_word = private_word

    async def cover(self, row: Row, now: datetime) -> Receipt:
        """Ask in the care channel whether somebody takes a shift; one that was taken meanwhile is not asked for."""
        group = self._group(row)
        request = await self._parts.on_call.request(row.ref["request"])
        if request is None or request.taken_by is not None or request.end <= now:
            raise Superseded("taken")
        words = self._parts.words.of(group.language)
        text = words("on_call.cover.asks", who=f"<@{request.asked_by}>", **times_of(request))
        with discord_problems():
            channel = self._client.get_partial_messageable(group.care, guild_id=group.server)
            sent = await channel.send(text, view=cover_view(request.id, words), nonce=row.nonce)
        return Receipt(sent.channel.id, sent.id)

    async def word(self, row: Row, _now: datetime) -> Receipt:
        """Write to one therapist directly, if they opted in; the care channel has it in any case."""
        group = self._group(row)
        if not await self._parts.preferences.wants_direct_messages(row.ref["to"]):
            raise Superseded("not_opted_in")
        text = self._parts.words.of(group.language)(row.ref["text"], **row.ref["places"])
        return await self._private_word.direct(row.ref["to"], Word(text, None, "", row.nonce))

    def _group(self, row: Row) -> Group:
        group = self._parts.groups.get(row.group_key or "")
        if group is None:
            raise Permanent("group_unknown")
        return group
