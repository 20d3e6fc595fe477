"""The rhythm of the week on Discord: /session, the posts around a session, and what members hand over for it."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Parts
from bot.daily_prompts.sessions.handing import NotTheAuthor
from bot.daily_prompts.sessions.leading import NotBegun
from bot.daily_prompts.sessions.model import BROUGHT, CHANGED, STEP
from bot.daily_prompts.steering.model import NotATherapist
from bot.groups.model import Group
from bot.words import FALLBACK, Words
from cogs.daily_prompts import session_forms as forms
from cogs.daily_prompts import session_panel as panel
from cogs.daily_prompts import session_render as render
from cogs.daily_prompts.session_calendar import check
from cogs.daily_prompts.session_deliver import SessionDeliverer
from cogs.daily_prompts.session_practice import practice_button
from cogs.daily_prompts.session_taking import SessionFormTaker
from cogs.shared.describing import describe
from cogs.shared.interactions import SafeButton, answer_privately
from cogs.shared.places import groups_concerned, is_member_of, words_for

_GROUP = "[a-z0-9-]{1,40}"


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class SessionsCog(commands.GroupCog, group_name="session", group_description="-"):
    """Posts what is due around a session, and takes what members and therapists do with it."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._deliverer = SessionDeliverer(client, parts)
        self._forms = SessionFormTaker(parts)
        self._items = (
            practice_button(parts.sessions, parts.handing, parts.groups, parts.words, parts.clock),
            _bring_button(self),
            _own_button(self),
            _panel_button(self),
        )
        describe(self, parts.words, "sessions.command")
        if self.app_command is not None:
            self.app_command.description = parts.words.of(FALLBACK)("sessions.command.session")

    async def cog_load(self) -> None:
        """Register what this feature sends."""
        outbox = self._parts.outbox
        outbox.deliver_with(STEP, self._deliverer.step)
        outbox.deliver_with(CHANGED, self._deliverer.change)
        outbox.deliver_with(BROUGHT, self._deliverer.hand_over)
        self._client.add_dynamic_items(*self._items)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (STEP, CHANGED, BROUGHT):
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(*self._items)

    @app_commands.command(name="next")
    async def next(self, interaction: discord.Interaction) -> None:
        """Show somebody when the next session is, and what is their own about it."""
        group = await self._group(interaction)
        if group is not None:
            await interaction.response.send_message(view=await self.own(interaction, group), ephemeral=True)

    @app_commands.command(name="bring")
    async def bring(self, interaction: discord.Interaction) -> None:
        """Open the form for what somebody wants to bring."""
        group = await self._group(interaction)
        if group is not None:
            await self.open_bring(interaction, group)

    @app_commands.command(name="close")
    async def close(self, interaction: discord.Interaction) -> None:
        """Open the form that closes a session."""
        group = await self._group(interaction)
        if group is not None:
            await self.open_close(interaction, group)

    @app_commands.command(name="panel")
    async def panel(self, interaction: discord.Interaction) -> None:
        """Show therapists when the group meets, and how to change it."""
        group = await self._group(interaction)
        if group is None:
            return
        if interaction.user.id not in group.therapists:
            await answer_privately(interaction, self.words_in(interaction, group)("sessions.panel.not_yours"))
            return
        await interaction.response.send_message(view=await self.panel_of(interaction, group), ephemeral=True)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a form that was sent, also one that was opened before a restart."""
        await self._forms.take(interaction)

    async def own(self, interaction: discord.Interaction, group: Group, told: str | None = None) -> ui.LayoutView:
        """Return the next session and what is a member's own about it."""
        now = self._parts.clock.now()
        around = await self._parts.sessions.around(group, now)
        own = await self._parts.handing.own(group, around.last, interaction.user.id)
        library = self._parts.daily_prompts.library(group.language)
        skill = self._parts.skills.of(group.language).get((around.last.skill if around.last else None) or "")
        words = self.words_in(interaction, group)
        return render.own_layout(group.key, around.last, around.next_at, own, library, skill, words, told)

    async def panel_of(self, interaction: discord.Interaction, group: Group, told: str | None = None) -> ui.LayoutView:
        """Return the therapists' panel."""
        words = self.words_in(interaction, group)
        around = await self._parts.sessions.around(group, self._parts.clock.now())
        skill = self._parts.skills.of(group.language).get((around.last.skill if around.last else None) or "")
        library = self._parts.daily_prompts.library(group.language)
        shown = panel.Shown(check(self._client, group, words), library, skill)
        return panel.panel_layout(group, around, shown, words, told)

    async def open_bring(self, interaction: discord.Interaction, group: Group) -> None:
        """Open the form for what somebody wants to bring; what they wrote before is in it."""
        own = await self._parts.handing.own(group, None, interaction.user.id)
        words = self.words_in(interaction, group)
        await interaction.response.send_modal(forms.bring_form(group, own.brought, words))

    async def open_close(self, interaction: discord.Interaction, group: Group) -> None:
        """Open the form that closes a session; what was typed or set before is in it."""
        words = self.words_in(interaction, group)
        skills = self._parts.skills.of(group.language)
        try:
            opened = await self._parts.leading.open(group, interaction.user.id, skills, self._parts.clock.now())
        except NotATherapist:
            await answer_privately(interaction, words("sessions.close.not_yours"))
        except NotBegun as not_begun:
            when = render.moment(not_begun.starts_at, "R")
            await answer_privately(interaction, words("sessions.close.not_begun", when=when))
        else:
            library = self._parts.daily_prompts.library(group.language)
            example = next((skill.name for skill in skills.values()), "")
            form = forms.close_form(group, opened, library, example, words)
            await interaction.response.send_modal(form)

    async def take_back(self, interaction: discord.Interaction, key: str) -> None:
        """Take back what a member brings, and show them the rest."""
        brought = await self._parts.handing.get(key)
        group = self._parts.groups.get(brought.group_key) if brought else None
        words = self.words_in(interaction, group)
        try:
            gone = not await self._parts.handing.take_back(key, interaction.user.id, self._parts.clock.now())
        except NotTheAuthor:
            gone = True
        told = words(f"sessions.next.{'gone' if gone else 'removed'}")
        if group is None:
            await answer_privately(interaction, told)
            return
        await interaction.response.edit_message(view=await self.own(interaction, group, told))

    async def lead(self, interaction: discord.Interaction, group: Group, action: str) -> None:
        """Do what a press on the panel means."""
        words, now = self.words_in(interaction, group), self._parts.clock.now()
        if action == "close":
            await self.open_close(interaction, group)
        elif action == "move":
            next_at = await self._parts.sessions.next_session(group, now)
            await interaction.response.send_modal(forms.move_form(group, next_at, words))
        elif action == "set_times":
            today = now.astimezone(group.zone).date()
            await interaction.response.send_modal(forms.times_form(group, today, words))
        else:
            left_out = await self._parts.leading.leave_out_next(group, interaction.user.id, now)
            told = words("sessions.panel.nothing_to_move")
            if left_out is not None:
                told = words("sessions.panel.left_out", when=render.moment(left_out))
            await interaction.response.edit_message(view=await self.panel_of(interaction, group, told))

    def words_in(self, interaction: discord.Interaction, group: Group | None) -> Words:
        """Return the words of a group, or of somebody's own language."""
        return words_for(interaction, [group] if group else [], self._parts.words)

    def group_of_key(self, key: str) -> Group | None:
        """Return a group by its key."""
        return self._parts.groups.get(key)

    async def _group(self, interaction: discord.Interaction) -> Group | None:
        """Return the group that a command is about; if that is not plain, say so."""
        groups = await groups_concerned(interaction, self._parts.groups)
        if len(groups) == 1:
            return groups[0]
        words = words_for(interaction, groups, self._parts.words)
        await answer_privately(interaction, words(f"sessions.where.{'which_group' if groups else 'no_group'}"))
        return None


def _bring_button(cog: SessionsCog) -> type[SafeButton]:
    class BringButton(SafeButton, template=rf"{render.BRING}:(?P<row>{_GROUP}):open"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            group = cog.group_of_key(self.row_id)
            if group is None or not await is_member_of(interaction.client, group, interaction.user.id):
                await answer_privately(interaction, cog.words_in(interaction, group)("sessions.bring.gone"))
                return
            await cog.open_bring(interaction, group)

    return BringButton


def _own_button(cog: SessionsCog) -> type[SafeButton]:
    class OwnButton(SafeButton, template=rf"{render.OWN}:(?P<row>[0-9a-f]{{24}}):remove"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await cog.take_back(interaction, self.row_id)

    return OwnButton


def _panel_button(cog: SessionsCog) -> type[SafeButton]:
    class PanelButton(SafeButton, template=rf"{panel.PREFIX}:(?P<row>{_GROUP}:(?:{'|'.join(panel.ACTIONS)}))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            key, _, action = self.row_id.partition(":")
            group = cog.group_of_key(key)
            if group is None or interaction.user.id not in group.therapists:
                await answer_privately(interaction, cog.words_in(interaction, group)("sessions.panel.not_yours"))
                return
            await cog.lead(interaction, group, action)

    return PanelButton
