"""Sending the daily list, what nobody looked at, and follow-ups to the care channel; rendered when they are sent."""

from datetime import datetime

import discord
from discord import ui

from bot.app import Parts
from bot.crisis.cases.closing_model import FollowUpKind, FollowUpState
from bot.crisis.member.texts import age
from bot.crisis.notes.model import NoteState
from bot.groups.model import Group
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from cogs.crisis.therapist_buttons import FOLLOW_UP
from cogs.crisis.therapist_card import state_in_words
from cogs.shared.delivery import discord_problems
from cogs.shared.interactions import SafeView
from cogs.shared.writing import shortened

_LONGEST = 2000


class TherapistDeliverers:
    """Posts to the care channel; only a follow-up and a note that nobody looked at mention somebody."""

    def __init__(self, client: discord.Client, parts: Parts) -> None:
        self._client = client
        self._parts = parts

    async def digest(self, row: Row, now: datetime) -> Receipt:
        """Post a group's daily list without a mention; one that has become empty is not posted."""
        group = self._group(row)
        digest = await self._parts.notes.digest(group, now)
        if digest.empty:
            raise Superseded("empty")
        words = self._parts.crisis_texts.words(group)
        lines = [words("cases.digest.heading", group=group.label)]
        if digest.notes:
            lines.append("- " + words("cases.digest.notes", count=len(digest.notes)))
        for case in digest.unclosed:
            state, open_for = state_in_words(case, words), age(case.opened_at, now)
            lines.append("- " + words("cases.digest.unclosed", code=case.code, state=state, age=open_for))
        lines += [f"- {line}" for line in digest.lines]
        return await self._post(group, shortened("\n".join(lines), _LONGEST), row)

    async def note_put(self, row: Row, _now: datetime) -> Receipt:
        """Tell whoever is on call, once, that nobody has looked at a note for a day."""
        group = self._group(row)
        notes = [await self._parts.notes.get(note_id) for note_id in row.ref["notes"]]
        if not any(note is not None and note.state is NoteState.NEW for note in notes):
            raise Superseded("seen")
        people = [person for person in row.ref["people"] if person in group.therapists] or list(group.therapists)
        mentions = " ".join(f"<@{person}>" for person in people)
        text = self._parts.crisis_texts.words(group)("cases.note.put", people=mentions, group=group.label)
        return await self._post(group, text, row, people)

    async def follow_up(self, row: Row, _now: datetime) -> Receipt:
        """Put a follow-up to its therapist."""
        group = self._group(row)
        follow_up = await self._parts.closing.follow_up(row.ref["follow_up"])
        case = await self._parts.cases.get(row.ref["case"])
        if follow_up is None or case is None or follow_up.state is FollowUpState.DONE:
            raise Superseded("done")
        words = self._parts.crisis_texts.words(group)
        name = "cases.follow_up.put_session" if follow_up.kind is FollowUpKind.SESSION else "cases.follow_up.put"
        kind = words(f"cases.close.{follow_up.kind.value}")
        places = {"therapist": follow_up.therapist_id, "code": case.code, "group": group.label, "kind": kind}
        view = SafeView(timeout=None)
        done = f"{FOLLOW_UP}:{follow_up.id}:done"
        view.add_item(
            ui.Button(label=words("cases.button.followed_up"), style=discord.ButtonStyle.primary, custom_id=done)
        )
        view.add_item(ui.Button(label=words("cases.button.card"), custom_id=f"case:{case.id}:card"))
        return await self._post(group, words(name, **places), row, [follow_up.therapist_id], view)

    async def _post(
        self, group: Group, text: str, row: Row, people: list[int] | None = None, view: ui.View | None = None
    ) -> Receipt:
        mentioned = discord.AllowedMentions(users=[discord.Object(person) for person in people or []])
        with discord_problems():
            channel = self._client.get_partial_messageable(group.care, guild_id=group.server)
            sent = await channel.send(
                text, nonce=row.nonce, allowed_mentions=mentioned, view=view or discord.utils.MISSING
            )
        return Receipt(sent.channel.id, sent.id)

    def _group(self, row: Row) -> Group:
        group = self._parts.groups.get(row.group_key or "")
        if group is None:
            raise Permanent("group_unknown")
        return group
