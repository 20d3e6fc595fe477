"""/alarm: is the group's alarm set up, what is missing, test pages and drills."""

from datetime import datetime, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.alarm.model import TEST_PAGE, TestKind, TestNotFound
from bot.crisis.cases.model import NotATherapist
from bot.groups.model import Group, Response
from bot.groups.toml_file import read_wait
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from bot.words import Words
from cogs.crisis import alarm_render as render
from cogs.crisis.alarm_look import look
from cogs.crisis.of_therapists import group_of_therapist
from cogs.shared.delivery import discord_problems
from cogs.shared.describing import describe
from cogs.shared.forms import SentForm, sent_form
from cogs.shared.interactions import SafeButton, answer_failure, answer_privately
from cogs.shared.places import is_away, served_here
from cogs.shared.writing import as_written, shortened

_LONGEST = 150


class AlarmCog(commands.Cog):
    """Shows therapists what an armed alarm takes, takes their confirmations, and keeps an eye on the care channel."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._buttons = _buttons(self)
        describe(self, parts.words, "alarm.command")

    async def cog_load(self) -> None:
        """Register what this sends, and its buttons."""
        self._parts.outbox.deliver_with(TEST_PAGE, self.send_test_page)
        self._client.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take everything back."""
        self._parts.outbox.stop_delivering(TEST_PAGE)
        self._client.remove_dynamic_items(*self._buttons)

    @app_commands.command(name="alarm")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def alarm(self, interaction: discord.Interaction) -> None:
        """Show the panel."""
        group = await group_of_therapist(interaction, self._parts, "alarm.panel")
        if group is not None:
            await interaction.response.send_message(view=await self._panel(group), ephemeral=True)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """After a start: look who can see the care channels."""
        await self._look_at(None)

    @commands.Cog.listener()
    async def on_groups_changed(self) -> None:
        """After an import: look again."""
        await self._look_at(None)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """After a server's breakdown: look again."""
        await self._look_at(guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, _before: object, after: discord.abc.GuildChannel) -> None:
        """Look again when the permissions of a care channel, or of the category that it hangs in, may have changed."""
        await self._look_at(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Notice that a care channel is gone."""
        if self._parts.groups.of_channel(channel.id) is not None:
            await self._look_at(channel.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Look again when a role may have gained a view."""
        await self._look_at(after.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Look again when somebody's roles changed."""
        if before.roles != after.roles:
            await self._look_at(after.guild.id)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take the form with the hours."""
        form = sent_form(interaction, render.FORM)
        if form is None:
            return
        try:
            await self._take_response(interaction, form)
        except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the sender gets an answer)
            await answer_failure(interaction, error)

    async def act(self, interaction: discord.Interaction, group_key: str, action: str) -> None:
        """Do what a press on the panel means; rights are checked again."""
        group = self._parts.groups.get(group_key)
        words = self._parts.crisis_texts.words(group)
        if group is None or interaction.user.id not in group.therapists:
            await answer_privately(interaction, words("alarm.panel.not_yours"))
        elif action == "response":
            await interaction.response.send_modal(render.response_form(group, words))
        elif action == "draft":
            ways = self._parts.crisis_texts.ways_to_people(group)
            await answer_privately(interaction, render.draft(group, ways, words))
        else:
            told = await self._confirm(group, interaction.user.id, action, words)
            await interaction.response.edit_message(view=await self._panel(group, told))

    async def answer(self, interaction: discord.Interaction, test_id: int) -> None:
        """Take a press on a test page or a drill."""
        now = self._parts.clock.now()
        words = self._parts.crisis_texts.words(None)
        try:
            answered = await self._parts.alarm.answer(test_id, interaction.user.id, now)
        except TestNotFound:
            await answer_privately(interaction, words("alarm.test.gone"))
            return
        except NotATherapist:
            await answer_privately(interaction, words("alarm.test.not_yours"))
            return
        page = answered.page
        group = self._parts.groups.get(page.group_key)
        words = self._parts.crisis_texts.words(group)
        if not answered.first or group is None:
            await answer_privately(interaction, words("alarm.test.late", by=f"<@{page.answered_by}>"))
            return
        await interaction.response.edit_message(content=render.answered_text(group, page, words), view=None)
        seconds = round((now - page.sent_at).total_seconds())
        await answer_privately(interaction, words("alarm.test.you", seconds=seconds))

    async def send_test_page(self, row: Row, _now: datetime) -> Receipt:
        """Send a test page or a drill; a drill never rings while a case is open."""
        group = self._group(row)
        page = await self._parts.alarm.test(row.ref["test"])
        if page is None or page.answered_at is not None:
            raise Superseded("answered")
        if page.kind is TestKind.DRILL and await self._parts.cases.open_cases(group.key):
            raise Permanent("case_open")
        words = self._parts.crisis_texts.words(group)
        with discord_problems():
            channel = self._client.get_partial_messageable(group.care, guild_id=group.server)
            sent = await channel.send(
                render.test_text(group, page, words),
                view=render.test_view(page, words),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(page.to_id)]),
                nonce=row.nonce,
            )
        return Receipt(sent.channel.id, sent.id)

    async def _confirm(self, group: Group, by: int, action: str, words: Words) -> str:
        alarm, now = self._parts.alarm, self._parts.clock.now()
        if action == "test":
            await alarm.send_test(group, by, now)
            return words("alarm.panel.test_sent")
        if action == "told":
            await alarm.confirm_told(group, by, now)
            return words("alarm.panel.noted")
        found = await look(self._client, group)
        if not found.exists or found.strangers:
            await alarm.looked(group, found, now)
            return words("alarm.panel.care_not_yet" if found.exists else "alarm.point.care_gone")
        await alarm.confirm_care(group, found, by, now)
        return words("alarm.panel.noted")

    async def _take_response(self, interaction: discord.Interaction, form: SentForm) -> None:
        group = self._parts.groups.get(form.about)
        words = self._parts.crisis_texts.words(group)
        if group is None or interaction.user.id not in group.therapists:
            await answer_privately(interaction, words("alarm.panel.not_yours"))
            return
        hours, within = form.fields.get(render.HOURS, "").strip(), form.fields.get(render.WITHIN, "").strip()
        wait = read_wait(within)
        if not hours or len(hours) > _LONGEST:
            await answer_privately(interaction, words("alarm.form.bad_hours"))
        elif wait is None or wait < timedelta(minutes=1):
            shown = {"text": as_written(shortened(within, 20)), "hours": as_written(hours)}
            await answer_privately(interaction, words("alarm.form.bad_within", **shown))
        else:
            now = self._parts.clock.now()
            await self._parts.alarm.set_response(group, Response(hours, wait), interaction.user.id, now)
            after = self._parts.groups.get(group.key) or group
            view = await self._panel(after, words("alarm.panel.noted"))
            if interaction.message is not None:
                await interaction.response.edit_message(view=view)
            else:
                await interaction.response.send_message(view=view, ephemeral=True)

    async def _panel(self, group: Group, told: str | None = None) -> discord.ui.LayoutView:
        found = await look(self._client, group)
        await self._parts.alarm.looked(group, found, self._parts.clock.now())
        report = await self._parts.alarm.report(group)
        last = await self._parts.alarm.last_test(group)
        return render.panel(group, report, found, last, self._parts.crisis_texts.words(group), told)

    async def _look_at(self, server: int | None) -> None:
        """Look at the care channels of a server, or of all that this process serves."""
        for group in self._parts.groups.all() if server is None else self._parts.groups.of_server(server):
            if served_here(self._client, group.server) and not is_away(self._client, group.server):
                found = await look(self._client, group)
                await self._parts.alarm.looked(group, found, self._parts.clock.now())

    def _group(self, row: Row) -> Group:
        group = self._parts.groups.get(row.group_key or "")
        if group is None:
            raise Permanent("group_unknown")
        return group


def _buttons(cog: AlarmCog) -> tuple[type[SafeButton], ...]:
    actions = "|".join(render.ACTIONS)

    class PanelButton(SafeButton, template=rf"{render.PREFIX}:(?P<row>[a-z0-9-]{{1,40}}:(?:{actions}))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            group_key, _, action = self.row_id.partition(":")
            await cog.act(interaction, group_key, action)

    class AnswerButton(SafeButton, template=rf"{render.TEST_PREFIX}:(?P<row>[0-9]+):answer"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await cog.answer(interaction, int(self.row_id))

    return (PanelButton, AnswerButton)
