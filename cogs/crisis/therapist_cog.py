"""The therapists' side of crisis care: /cases, the buttons of a case and a note, the form that closes, daily lists."""

from datetime import datetime
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.cases.closing_model import FOLLOW_UP, NeedsContact, NobodyNamed, NothingSaid
from bot.crisis.cases.model import CaseNotFound, NotATherapist
from bot.crisis.notes.model import DIGEST, NOTE_PUT
from bot.groups.model import Group
from cogs.crisis.therapist_buttons import therapist_buttons
from cogs.crisis.therapist_deliver import TherapistDeliverers
from cogs.crisis.therapist_form import NAME, outcome_of
from cogs.crisis.therapist_list import figures_text, list_layout
from cogs.shared.describing import describe
from cogs.shared.forms import SentForm, sent_form
from cogs.shared.interactions import answer_failure, answer_privately
from cogs.shared.places import groups_concerned, words_for
from cogs.shared.private_word import PrivateWord

_KINDS = (DIGEST, NOTE_PUT, FOLLOW_UP)


class TherapistCog(commands.Cog):
    """Shows therapists what is open, and takes what they do with it."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._buttons = therapist_buttons(client, parts, PrivateWord(client, parts.preferences))
        self._deliverers = TherapistDeliverers(client, parts)
        describe(self, parts.words, "cases.command")

    async def cog_load(self) -> None:
        """Register what this part sends, and its buttons."""
        for kind, deliver in zip(
            _KINDS, (self._deliverers.digest, self._deliverers.note_put, self._deliverers.follow_up), strict=True
        ):
            self._parts.outbox.deliver_with(kind, deliver)
        self._client.add_dynamic_items(*self._buttons)
        self._parts.notes.list_daily(self._undone_follow_ups)
        self._parts.notes.list_daily(self._figures_are_there)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in _KINDS:
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(*self._buttons)

    @app_commands.command(name="cases", description="-")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def cases(self, interaction: discord.Interaction, show: Literal["open", "figures"] = "open") -> None:
        """Show a therapist what is open in their groups, or the months in figures."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        me = interaction.user.id
        channel = self._parts.groups.of_channel(interaction.channel_id or 0)
        groups = [channel] if channel is not None else self._parts.groups.all()
        mine = [group for group in groups if me in group.therapists]
        if not mine:
            here = await groups_concerned(interaction, self._parts.groups)
            await answer_privately(interaction, words_for(interaction, here, self._parts.words)("cases.list.not_yours"))
            return
        now = self._parts.clock.now()
        for group in mine:
            words = self._parts.crisis_texts.words(group)
            if show == "figures":
                months = [await self._parts.figures.month(group, ago, now) for ago in (0, 1)]
                text = "\n\n".join(figures_text(group, month, words) for month in months)
                await interaction.followup.send(text[:2000], ephemeral=True)
                continue
            cases = await self._parts.case_files.listed(group, me, now)
            notes = await self._parts.notes.of_group(group.key)
            await interaction.followup.send(view=list_layout(group, cases, notes, words, now), ephemeral=True)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a closing form that was sent, also one that was opened before a restart."""
        sent = sent_form(interaction, NAME)
        if sent is None:
            return
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await answer_privately(interaction, await self._close(sent, interaction.user.id))
        except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the sender gets an answer)
            await answer_failure(interaction, error)

    async def _undone_follow_ups(self, group: Group, _now: datetime) -> list[str]:
        """Name in the daily list who was asked to look again and has not noted it."""
        words = self._parts.crisis_texts.words(group)
        return [
            words(
                "cases.digest.undone",
                code=case.code,
                therapist=each.therapist_id,
                kind=words(f"cases.close.{each.kind.value}"),
            )
            for each, case in await self._parts.closing.undone(group)
        ]

    async def _figures_are_there(self, group: Group, now: datetime) -> list[str]:
        """Say in the daily list of a month's first day that there are figures of the last one, if there are."""
        if now.astimezone(group.zone).day != 1:
            return []
        month = await self._parts.figures.month(group, 1, now)
        return [self._parts.crisis_texts.words(group)("cases.digest.figures")] if month.opened or month.closed else []

    async def _close(self, sent: SentForm, by_id: int) -> str:
        outcome = outcome_of(sent)
        case = await self._parts.cases.get(int(sent.about)) if sent.about.isdigit() else None
        words = self._parts.crisis_texts.words(self._parts.groups.get(case.group_key) if case else None)
        if case is None:
            return words("crisis.acknowledge.gone")
        places = {"code": case.code, "done": outcome.done}
        try:
            moved = await self._parts.closing.close(case.id, by_id, outcome, self._parts.clock.now())
        except CaseNotFound:
            return words("crisis.acknowledge.gone")
        except NotATherapist:
            return words("crisis.acknowledge.not_yours")
        except NeedsContact:
            return words("cases.close.needs_contact", **places)
        except NothingSaid:
            return words("cases.close.nothing_said", **places)
        except NobodyNamed:
            return words("cases.close.nobody_named", **places)
        if not moved.done:
            return words("crisis.acknowledge.nobody", code=case.code)
        lines = [words("cases.close.closed", code=case.code), words("care.aftercare.hint")]
        if moved.will_be_erased:
            lines.append(words("cases.close.will_be_erased"))
        return "\n".join(lines)
