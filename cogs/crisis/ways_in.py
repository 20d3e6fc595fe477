"""The ways in that are presses: /help-now, the standing button, /worried, *Tell a therapist privately* in two menus.

What is pressed is stored before it is answered: an answer that Discord loses costs nobody their page.
"""

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.app import Parts
from bot.crisis.cases.model import ASKED_ANSWER, DIRECT_ANSWER, HELP_BUTTON, MEMBER_STATUS, MEMBER_TEXT, Case, Raised
from bot.crisis.member.asking import Press
from bot.crisis.member.status import Answer
from bot.groups.model import Group
from bot.translation import TEXT
from cogs.crisis.member_deliver import MemberDeliverers
from cogs.shared.describing import describe
from cogs.shared.interactions import SafeButton, answer_privately
from cogs.shared.member_choices import HELP, WORRY, asked_view, worry_view
from cogs.shared.places import group_of, groups_of_person, is_direct, words_for

_MENU = "crisis.report.menu"
_KEY = r"[a-z0-9][a-z0-9-]{0,38}"


class WaysInCog(commands.Cog):
    """Takes presses, and registers what members are sent about them."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._deliverers = MemberDeliverers(client, parts)
        self._items = (_help_button(self), _worry_button(self))
        name = locale_str(parts.crisis_texts.words(None)(_MENU), **{TEXT: _MENU})
        self._menus = (
            app_commands.ContextMenu(name=name, callback=self._report_message),
            app_commands.ContextMenu(name=name, callback=self._report_person),
        )
        for menu in self._menus:
            menu.guild_only = True
        describe(self, parts.words, "care.command")

    async def cog_load(self) -> None:
        """Register what this sends, its buttons and its menu entries."""
        outbox = self._parts.outbox
        outbox.deliver_with(MEMBER_TEXT, self._deliverers.member_text)
        outbox.deliver_with(MEMBER_STATUS, self._deliverers.after_silence)
        outbox.deliver_with(ASKED_ANSWER, self._deliverers.asked_answer)
        outbox.deliver_with(DIRECT_ANSWER, self._deliverers.direct_answer)
        outbox.deliver_with(HELP_BUTTON, self._deliverers.help_button)
        self._client.add_dynamic_items(*self._items)
        for menu in self._menus:
            self._client.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (MEMBER_TEXT, MEMBER_STATUS, ASKED_ANSWER, DIRECT_ANSWER, HELP_BUTTON):
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(*self._items)
        for menu in self._menus:
            self._client.tree.remove_command(menu.name, type=menu.type)

    @app_commands.command(name="help-now")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help_now(self, interaction: discord.Interaction) -> None:
        """*I need my therapist*: page at once, without a form and without a question."""
        await self.page_for(interaction, await self._groups(interaction))

    @app_commands.command(name="worried")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def worried(self, interaction: discord.Interaction, about: discord.User | None = None) -> None:
        """*Tell a therapist privately*, about a person or about nobody who is named."""
        groups = await self._groups(interaction)
        if about is not None and groups:
            await self._report_about(interaction, about, groups)
        else:
            await self._report(interaction, groups, None, None)

    async def page_for(self, interaction: discord.Interaction, groups: list[Group]) -> None:
        """Page the therapists of these groups for the presser, and answer with the member's text."""
        if not groups:
            await self._no_group(interaction)
            return
        now = self._parts.clock.now()
        raised = await self._parts.asking.help_now(groups, _press(interaction), now)
        await self._answer_asked(interaction, [(each.case, group) for each, group in zip(raised, groups, strict=True)])

    async def danger_answered(self, interaction: discord.Interaction, case_id: int, press_id: int, yes: bool) -> None:
        """Take the answer to the question whether somebody is in danger now."""
        now, by_id = self._parts.clock.now(), interaction.user.id
        case = await self._parts.cases.get(case_id)
        group = self._parts.groups.get(case.group_key) if case else None
        words = self._parts.crisis_texts.words(group)
        if yes:
            theirs = await self._parts.asking.in_danger_now(case_id, press_id, by_id, now)
            name = "danger" if theirs else "not_theirs"
        else:
            calm = await self._parts.asking.no_danger_now(case_id, press_id, by_id, now)
            name = "not_theirs" if calm is None else "listed" if calm else "goes_on"
        country = (await self._parts.care_choices.of(by_id)).country or (group.country if group else "")
        emergency = self._parts.crisis_texts.emergency(words, country)
        places = {"group": group.label if group else "", "emergency": emergency}
        await interaction.response.edit_message(content=words(f"care.worry.{name}", **places), view=None)

    async def _report_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """*Tell a therapist privately* in the menu of a message: the press itself stores the report and pages."""
        group = group_of(interaction.channel, self._parts.groups)
        if group is None:
            await answer_privately(interaction, self._parts.crisis_texts.words(None)("crisis.report.not_here"))
            return
        about = None if message.author.bot else message.author.id  # an answer that the bot shows without its author
        await self._report(interaction, [group], about, message.id)

    async def _report_person(self, interaction: discord.Interaction, person: discord.User) -> None:
        """*Tell a therapist privately* in the menu of a person."""
        await self._report_about(interaction, person, await self._groups(interaction))

    async def _report_about(
        self, interaction: discord.Interaction, about: discord.User | discord.Member, groups: list[Group]
    ) -> None:
        if about.bot:
            await self._report(interaction, groups, None, None)
            return
        theirs = {group.key for group in await groups_of_person(self._client, self._parts.groups, about.id)}
        shared = [group for group in groups if group.key in theirs]
        if groups and not shared:
            words = words_for(interaction, groups, self._parts.words)
            await answer_privately(interaction, words("care.worry.not_shared"))
            return
        await self._report(interaction, shared, about.id, None)

    async def _report(
        self, interaction: discord.Interaction, groups: list[Group], about: int | None, message_id: int | None
    ) -> None:
        if not groups:
            await self._no_group(interaction)
            return
        press, now = _press(interaction, message_id), self._parts.clock.now()
        raised: list[Raised] = [await self._parts.asking.report(group, about, press, now) for group in groups]
        words = words_for(interaction, groups, self._parts.words)
        country = (await self._parts.care_choices.of(press.by_id)).country or groups[0].country
        emergency = self._parts.crisis_texts.emergency(words, country)
        labels = ", ".join(group.label for group in groups)
        lines = [words("care.worry.passed_on", group=labels), words("care.worry.ask", emergency=emergency)]
        view = worry_view(raised[0].case.id, press.interaction_id, words)
        await interaction.response.send_message("\n\n".join(lines), view=view, ephemeral=True)

    async def _answer_asked(self, interaction: discord.Interaction, cases: list[tuple[Case, Group]]) -> None:
        case, group = cases[0]
        now, words = self._parts.clock.now(), self._parts.crisis_texts.words(group)
        composed = await self._parts.member_texts.compose(case, group, now)
        one = len(cases) == 1
        text = composed.full if one else await self._parts.member_texts.for_several(cases, now)
        sent = await interaction.response.send_message(text, view=asked_view(case.id, words), ephemeral=True)
        if one and sent.message_id is not None:
            answer = Answer(sent.message_id, case.id, interaction.token)
            await self._parts.member_status.answered(answer, composed.standing.shows, now)

    async def _groups(self, interaction: discord.Interaction) -> list[Group]:
        """Return the groups of a press: the one in whose circle it is, else the presser's on this server, else all."""
        here = group_of(interaction.channel, self._parts.groups)
        if here is not None:
            return [here]
        theirs = await groups_of_person(self._client, self._parts.groups, interaction.user.id)
        return [group for group in theirs if group.server == interaction.guild_id] or theirs

    async def _no_group(self, interaction: discord.Interaction) -> None:
        words = words_for(interaction, [], self._parts.words)
        ways = self._parts.crisis_texts.ways_to_people(None)
        await answer_privately(interaction, "\n".join([words("care.where.no_group"), *ways]))


def _press(interaction: discord.Interaction, message_id: int | None = None) -> Press:
    return Press(
        by_id=interaction.user.id,
        channel_id=interaction.channel_id or 0,
        interaction_id=interaction.id,
        message_id=message_id,
        in_dm=is_direct(interaction.channel),
    )


def _help_button(cog: WaysInCog) -> type[SafeButton]:
    class HelpButton(SafeButton, template=rf"{HELP}:(?P<row>{_KEY}):now"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            group = cog._parts.groups.get(self.row_id)
            await cog.page_for(interaction, [group] if group else await cog._groups(interaction))

    return HelpButton


def _worry_button(cog: WaysInCog) -> type[SafeButton]:
    class WorryButton(SafeButton, template=rf"{WORRY}:(?P<row>[0-9]+\.[0-9]+:(?:yes|no))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            row, _, answer = self.row_id.rpartition(":")
            case_id, _, press_id = row.partition(".")
            await cog.danger_answered(interaction, int(case_id), int(press_id), answer == "yes")

    return WorryButton
