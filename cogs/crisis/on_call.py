"""/on-call: who is on call, and how therapists change it."""

from datetime import datetime, time, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.on_call.model import COVER, WORD, NoTherapist, Overlaps, Piece, WhileOffDuty
from bot.crisis.on_call.service import moment, shift_text
from bot.crisis.on_call.times import day_in, days_in, hours_in, moment_in
from bot.daily_prompts.schedule import instant_of
from bot.groups.model import Group, Hours
from bot.words import FALLBACK, Words
from cogs.crisis.of_therapists import group_of_therapist, named
from cogs.crisis.on_call_render import rota_layout
from cogs.crisis.on_call_views import OnCallDeliverer, cover_me, on_call_buttons
from cogs.shared.describing import describe
from cogs.shared.interactions import answer_privately
from cogs.shared.private_word import PrivateWord
from cogs.shared.writing import as_written, shortened

_CHOICES, _CHOICE_NAME = 25, 100
_GAPS_SHOWN = 3


class Refused(Exception):
    """What somebody wrote cannot be used; the text says what to do."""


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class OnCallCog(commands.GroupCog, group_name="on-call", group_description="-"):
    """Shows and changes the rota; only a group's therapists can."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._buttons = on_call_buttons(parts)
        self._deliverer = OnCallDeliverer(client, parts, PrivateWord(client, parts.preferences))
        describe(self, parts.words, "on_call.command")
        if self.app_command is not None:
            self.app_command.description = parts.words.of(FALLBACK)("on_call.command.on_call")

    async def cog_load(self) -> None:
        """Register what this sends, and its buttons."""
        self._parts.outbox.deliver_with(COVER, self._deliverer.cover)
        self._parts.outbox.deliver_with(WORD, self._deliverer.word)
        self._client.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (COVER, WORD):
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(*self._buttons)

    @app_commands.command(name="show")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the next two weeks."""
        group = await self._group(interaction)
        if group is None:
            return
        view = await self._parts.on_call.show(group, interaction.user.id, self._now())
        mine = any(piece.who == interaction.user.id for piece in view.pieces)
        await interaction.response.send_message(view=rota_layout(group, view, self._words(group), mine), ephemeral=True)

    @app_commands.command(name="set")
    @app_commands.rename(start="from", end="to")
    async def put(self, interaction: discord.Interaction, who: discord.User, start: str, end: str) -> None:
        """Put somebody on call for a time."""
        group = await self._group(interaction)
        if group is None:
            return
        words = self._words(group)
        try:
            begins = self._moment(group, start)
            ends = self._moment(group, end, after=begins)
            gaps = await self._parts.on_call.put(group, who.id, begins, ends, interaction.user.id, self._now())
        except Refused as refused:
            await answer_privately(interaction, str(refused))
            return
        except NoTherapist:
            await answer_privately(interaction, _no_therapist(group, who.id, words))
            return
        done = words("on_call.done.put", who=who.mention, **{"from": moment(begins), "to": moment(ends)})
        await answer_privately(interaction, _with_gaps(done, gaps, words))

    @app_commands.command(name="week")
    async def week(self, interaction: discord.Interaction, who: discord.User, days: str, hours: str) -> None:
        """Add a weekly shift."""
        group = await self._group(interaction)
        if group is None:
            return
        words, now = self._words(group), self._now()
        try:
            shift = self._weekly(group, who.id, days, hours)
            after = await self._parts.on_call.add_shift(group, shift, interaction.user.id, now)
        except (Refused, NoTherapist, Overlaps, WhileOffDuty) as problem:
            await answer_privately(interaction, _refusal(problem, group, who.id, words))
            return
        done = words("on_call.done.shift", shift=shift_text(shift), who=who.mention)
        await answer_privately(interaction, _with_gaps(done, await self._parts.on_call.gaps(after, now), words))

    @app_commands.command(name="remove")
    async def remove(self, interaction: discord.Interaction, shift: str) -> None:
        """Take a weekly shift out."""
        group = await self._group(interaction)
        if group is None:
            return
        words, now = self._words(group), self._now()
        found = next((each for each in group.shifts if _choice(each) == shift), None)
        if found is None:
            await answer_privately(interaction, words("on_call.refused.no_shift"))
            return
        after = await self._parts.on_call.remove_shift(group, found, interaction.user.id, now)
        done = words("on_call.done.removed", shift=shift_text(found), who=f"<@{found.who}>")
        await answer_privately(interaction, _with_gaps(done, await self._parts.on_call.gaps(after, now), words))

    @remove.autocomplete("shift")
    async def _shifts(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer the weekly shifts to the group's therapists."""
        here = self._parts.groups.of_channel(interaction.channel_id or 0)
        groups = [
            group for group in ([here] if here else self._parts.groups.all()) if interaction.user.id in group.therapists
        ]
        shown = [(self._shown(interaction, shift), _choice(shift)) for group in groups for shift in group.shifts]
        wanted = current.casefold()
        return [
            app_commands.Choice(name=shortened(name, _CHOICE_NAME), value=value)
            for name, value in shown
            if wanted in name.casefold()
        ][:_CHOICES]

    @app_commands.command(name="leave")
    async def leave(
        self, interaction: discord.Interaction, first: str, last: str | None = None, who: discord.User | None = None
    ) -> None:
        """Note that somebody is away for days."""
        group = await self._group(interaction)
        if group is None:
            return
        words, now = self._words(group), self._now()
        person = who.id if who else interaction.user.id
        try:
            begins, ends = self._days(group, first, last)
            left, request = await self._parts.on_call.leave(group, person, begins, ends, interaction.user.id, now)
        except (Refused, NoTherapist) as problem:
            await answer_privately(interaction, _refusal(problem, group, person, words))
            return
        times = {"from": moment(begins), "to": moment(ends)}
        lines = [words("on_call.done.leave", who=f"<@{person}>", **times)]
        if request is not None:
            lines.append(words("on_call.done.leave_open", count=len(left)))
        await answer_privately(interaction, "\n".join(lines))

    @app_commands.command(name="cover-me")
    async def ask(self, interaction: discord.Interaction) -> None:
        """Ask to be relieved."""
        group = await self._group(interaction)
        if group is not None:
            await answer_privately(interaction, await cover_me(self._parts, group, interaction.user.id))

    @app_commands.command(name="off-duty")
    async def off_duty(
        self, interaction: discord.Interaction, days: str | None = None, hours: str | None = None
    ) -> None:
        """Note, or take back, when one is off duty every week."""
        group = await self._group(interaction)
        if group is None:
            return
        words, by, now = self._words(group), interaction.user.id, self._now()
        if days is None and hours is None:
            await self._parts.on_call.clear_off_duty(group, by, now)
            await answer_privately(interaction, words("on_call.done.off_duty_cleared"))
            return
        try:
            mine = self._weekly(group, by, days or "", hours or "")
            await self._parts.on_call.add_off_duty(group, mine, now)
        except WhileOffDuty as problem:
            await answer_privately(interaction, words("on_call.refused.own_shift", shift=shift_text(problem.other)))
            return
        except Refused as problem:
            await answer_privately(interaction, str(problem))
            return
        await answer_privately(interaction, words("on_call.done.off_duty", hours=shift_text(mine)))

    def _moment(self, group: Group, text: str, after: datetime | None = None) -> datetime:
        words, now = self._words(group), self._now()
        at = moment_in(text, group.zone, max(now, after) if after else now)
        if at is None:
            raise Refused(words("on_call.refused.moment", text=as_written(shortened(text, 50))))
        if after is not None and at <= after:
            raise Refused(words("on_call.refused.order"))
        if after is not None and at <= now:
            raise Refused(words("on_call.refused.past"))
        return at

    def _weekly(self, group: Group, who: int, days: str, hours: str) -> Hours:
        words = self._words(group)
        on, times = days_in(days), hours_in(hours)
        if on is None:
            raise Refused(words("on_call.refused.days", text=as_written(shortened(days, 50))))
        if times is None:
            raise Refused(words("on_call.refused.hours", text=as_written(shortened(hours, 50))))
        return Hours(who, on, *times)

    def _days(self, group: Group, first: str, last: str | None) -> tuple[datetime, datetime]:
        words = self._words(group)
        found = []
        for text in (first, last or first):
            day = day_in(text)
            if day is None:
                raise Refused(words("on_call.refused.date", text=as_written(shortened(text, 50))))
            found.append(day)
        begins = instant_of(found[0], time(), group.zone)
        ends = instant_of(found[1] + timedelta(days=1), time(), group.zone)
        if ends <= begins:
            raise Refused(words("on_call.refused.order"))
        if ends <= self._now():
            raise Refused(words("on_call.refused.past"))
        return begins, ends

    async def _group(self, interaction: discord.Interaction) -> Group | None:
        return await group_of_therapist(interaction, self._parts, "on_call.refused")

    def _words(self, group: Group) -> Words:
        return self._parts.words.of(group.language)

    def _now(self) -> datetime:
        return self._parts.clock.now()

    @staticmethod
    def _shown(interaction: discord.Interaction, shift: Hours) -> str:
        member = interaction.guild.get_member(shift.who) if interaction.guild else None
        return f"{shift_text(shift)}, {member.display_name if member else shift.who}"


def _choice(shift: Hours) -> str:
    return f"{shift.who} {shift_text(shift)}"


def _refusal(problem: Exception, group: Group, who: int, words: Words) -> str:
    """Say why something was refused, and what to do."""
    if isinstance(problem, NoTherapist):
        return _no_therapist(group, who, words)
    if isinstance(problem, Overlaps | WhileOffDuty):
        name = "overlap" if isinstance(problem, Overlaps) else "off_duty"
        return words(f"on_call.refused.{name}", shift=shift_text(problem.other), who=f"<@{problem.other.who}>")
    return str(problem)


def _no_therapist(group: Group, who: int, words: Words) -> str:
    return words("on_call.refused.not_a_therapist", who=f"<@{who}>", therapists=named(group.therapists))


def _with_gaps(done: str, gaps: list[Piece], words: Words) -> str:
    """Add the first gaps that are left, as whoever makes one is the person concerned."""
    told = [
        words("on_call.done.gap", **{"from": moment(gap.start), "to": moment(gap.end)}) for gap in gaps[:_GAPS_SHOWN]
    ]
    return "\n".join([done, *told])
