"""Sending what a member reads about their own case, and keeping it true; and the standing button."""

from datetime import datetime

import discord

from bot.app import Parts
from bot.crisis.cases.model import Case
from bot.crisis.member.member_texts import Composed
from bot.crisis.member.texts import Reader
from bot.groups.model import Group
from bot.log import get
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from cogs.shared.delivery import discord_problems
from cogs.shared.member_choices import help_view, said_view
from cogs.shared.private_word import PrivateWord, Word

log = get("crisis")

_THREAD_IS_ARCHIVED = 50083


class MemberDeliverers:
    """Writes to members in private, edits what they have, and places the standing button."""

    def __init__(self, client: discord.Client, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._private_word = PrivateWord(client, parts.preferences)

    async def member_text(self, row: Row, now: datetime) -> Receipt:
        """Write to the person whose message raised the case, or bring what they have up to date.

        Somebody who does not want to be written to is left alone, unless they wrote to the bot themselves.
        """
        case, group = await self._case_and_group(row)
        composed = await self._parts.member_texts.compose(case, group, now)
        note = composed.standing.progress.word
        if "edit" in row.ref:
            where = (row.ref["edit"]["channel"], row.ref["edit"]["message"])
            return await self._edit(case, group, where, composed, note)
        if not composed.choice.replies and not row.ref["in_dm"]:
            raise Superseded("not_wanted")
        words = self._parts.crisis_texts.words(group)
        name = words("crisis.member.thread_name")
        word = Word(composed.full, composed.short, name, row.nonce, said_view(case.id, words))
        if row.ref["in_dm"]:
            receipt = await self._private_word.direct(row.ref["member"], word)
        else:
            receipt = await self._private_word.say(group, row.ref["member"], word, fallback_channel=row.ref["channel"])
        return Receipt(receipt.channel_id, receipt.message_id, note=note)

    async def after_silence(self, row: Row, now: datetime) -> Receipt:
        """Tell a member that it takes longer, in the text they have; needless once somebody has seen it."""
        case, group = await self._case_and_group(row)
        composed = await self._parts.member_texts.compose(case, group, now)
        where = await self._parts.cases.last_member_text(case)
        if not composed.standing.slow or where is None:
            raise Superseded("needless")
        return await self._edit(case, group, where, composed, composed.standing.shows)

    async def asked_answer(self, row: Row, now: datetime) -> Receipt:
        """Bring the answer to a press up to date, as long as Discord takes edits of it."""
        case, group = await self._case_and_group(row)
        answer = await self._parts.member_status.answer(row.ref["answer"])
        if answer is None or self._client.application_id is None:
            raise Superseded("too_old")
        composed = await self._parts.member_texts.compose(case, group, now)
        with discord_problems():
            hook = discord.Webhook.partial(self._client.application_id, answer.token, client=self._client)
            await hook.edit_message(answer.message_id, content=composed.full)
        return Receipt(note=composed.standing.shows)

    async def direct_answer(self, row: Row, _now: datetime) -> Receipt:
        """Answer a direct message that raised no alarm: nobody reads this box, and where people can be reached."""
        choice = await self._parts.care_choices.of(row.ref["to"])
        group = self._parts.groups.get(row.group_key) if row.group_key else None
        text = self._parts.crisis_texts.for_direct_message(group, Reader(country=choice.country))
        return await self._private_word.direct(row.ref["to"], Word(text, None, "", row.nonce))

    async def help_button(self, row: Row, _now: datetime) -> Receipt:
        """Place the standing button in a group's circle, take the older one away, and pin the new one if permitted."""
        group = self._group(row.group_key or "")
        words = self._parts.crisis_texts.words(group)
        emergency = self._parts.crisis_texts.emergency(words, group.country)
        lines = [
            words("care.standing.heading"),
            words("care.standing.text", group=group.label),
            words("care.standing.not_watched", emergency=emergency),
        ]
        with discord_problems():
            circle = self._client.get_partial_messageable(group.circle, guild_id=group.server)
            sent = await circle.send("\n".join(lines), view=help_view(group.key, words), nonce=row.nonce)
        await self._tidy(group, sent, row.ref["old"])
        return Receipt(sent.channel.id, sent.id)

    async def _tidy(self, group: Group, sent: discord.Message, old: dict[str, int] | None) -> None:
        """Pin the new button and delete the old one; whether that works changes nothing."""
        try:
            circle = self._client.get_channel(group.circle)
            if isinstance(circle, discord.TextChannel) and circle.permissions_for(circle.guild.me).pin_messages:
                await sent.pin()
            if old is not None and old["message"] != sent.id:
                channel = self._client.get_partial_messageable(old["channel"])
                await channel.get_partial_message(old["message"]).delete()
        except discord.HTTPException as refused:
            log.info("help_button_not_tidied", problem=f"discord.{refused.code}")

    async def _edit(self, case: Case, group: Group, where: tuple[int, int], composed: Composed, note: str) -> Receipt:
        text = composed.short if await self._is_public(case, group, where[0]) else composed.full
        with discord_problems():
            message = self._client.get_partial_messageable(where[0]).get_partial_message(where[1])
            try:
                await message.edit(content=text)
            except discord.HTTPException as refused:
                if refused.code != _THREAD_IS_ARCHIVED:
                    raise
                await self._open_again(where[0])
                await message.edit(content=text)
        return Receipt(*where, note=note)

    async def _open_again(self, thread_id: int) -> None:
        """Open a thread that Discord has archived after a quiet day: what stands in it must stay true."""
        thread = await self._client.fetch_channel(thread_id)
        if isinstance(thread, discord.Thread):
            await thread.edit(archived=False)

    async def _is_public(self, case: Case, group: Group, channel_id: int) -> bool:
        """Tell whether a text had to go where others read it: where the message was said, not the member's thread."""
        if channel_id == await self._parts.preferences.private_thread(group.key, case.member_id):
            return False
        signals = await self._parts.cases.signals(case)
        return any(signal.channel_id == channel_id and not signal.in_dm for signal in signals)

    async def _case_and_group(self, row: Row) -> tuple[Case, Group]:
        case = await self._parts.cases.get(row.ref["case"])
        if case is None:
            raise Superseded("gone")
        return case, self._group(case.group_key)

    def _group(self, key: str) -> Group:
        group = self._parts.groups.get(key)
        if group is None:
            raise Permanent("group_unknown")
        return group
