"""What is a member's own in hard moments: how an alarm stands, what they say about it, their plan, their country."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.cases.model import Case, MemberSays
from bot.crisis.member.asking import Press
from bot.crisis.member.care_choices import ELSEWHERE
from bot.groups.model import Group
from bot.words import Words
from cogs.crisis.plan_render import GROUNDING, grounding, plan_view, shown
from cogs.shared.describing import describe
from cogs.shared.interactions import SafeButton, answer_privately
from cogs.shared.member_choices import MINE, asked_view, more_view, replies_view, said_view
from cogs.shared.places import groups_concerned, is_direct, words_for

_ACTIONS = "contact_me|safe|mistake|more|plan|grounding|status|replies_off|replies_on"
_MY_GROUP = "group"
_CHOICES = 25


class MemberSpaceCog(commands.Cog):
    """Answers a member alone; nothing here can stop a page or close a case."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._button = _mine_button(self)
        describe(self, parts.words, "care.command")

    async def cog_load(self) -> None:
        """Register the choices under a member's texts."""
        self._client.add_dynamic_items(self._button)

    async def cog_unload(self) -> None:
        """Take them back."""
        self._client.remove_dynamic_items(self._button)

    @app_commands.command(name="status")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def status(self, interaction: discord.Interaction) -> None:
        """Say how the alarms stand that somebody's own words or presses raised, and whether they are written to."""
        words = words_for(interaction, await groups_concerned(interaction, self._parts.groups), self._parts.words)
        choice = await self._parts.care_choices.of(interaction.user.id)
        lines = [words("care.status.heading"), *await self._standings(interaction.user.id, words)]
        lines += [words("care.status.ask"), words(f"care.status.replies_{'on' if choice.replies else 'off'}")]
        view = replies_view(choice.replies, words)
        await interaction.response.send_message("\n".join(lines), view=view, ephemeral=True)

    @app_commands.command(name="my-country")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def my_country(self, interaction: discord.Interaction, country: str) -> None:
        """Let somebody choose whose lines they see; the therapists learn at most that a line is missing."""
        groups = await groups_concerned(interaction, self._parts.groups)
        words = words_for(interaction, groups, self._parts.words)
        names = _countries(words)
        chosen = next(
            (code for code, name in names.items() if country.casefold() in (code.casefold(), name.casefold())), None
        )
        if chosen is None:
            await answer_privately(interaction, words("care.country.unknown"))
            return
        now, code = self._parts.clock.now(), None if chosen == _MY_GROUP else chosen
        await self._parts.care_choices.set_country(interaction.user.id, code, now)
        told = [words("care.country.group")] if code is None else await self._told(groups, code, names[code], words)
        country_shown = code if code is not None else (groups[0].country if groups else "")
        ways = self._parts.crisis_texts.ways_in(groups[0] if groups else None, country_shown)
        await answer_privately(interaction, "\n".join([*told, *ways]))

    @my_country.autocomplete("country")
    async def _complete(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        words = words_for(interaction, await groups_concerned(interaction, self._parts.groups), self._parts.words)
        fitting = [(code, name) for code, name in _countries(words).items() if current.casefold() in name.casefold()]
        return [app_commands.Choice(name=name, value=code) for code, name in fitting[:_CHOICES]]

    async def act(self, interaction: discord.Interaction, case_id: int, action: str) -> None:
        """Do what a choice under a member's text means."""
        case = await self._parts.cases.get(case_id)
        group = self._parts.groups.get(case.group_key) if case else None
        words = self._parts.crisis_texts.words(group)
        if case is not None and case.member_id != interaction.user.id:
            await answer_privately(interaction, words("care.said.not_yours"))
        elif action == "plan":
            await self._plan(interaction, words)
        elif action == "grounding":
            await self._grounding(interaction, group, words)
        elif action in ("replies_off", "replies_on"):
            await self._replies(interaction, action == "replies_on", words)
        elif case is None or group is None:
            await answer_privately(interaction, words("care.said.closed"))
        elif action == "more":
            await self._more(interaction, case, group)
        elif action == "status":
            await self._status(interaction, case, group)
        else:
            await self._say(interaction, group, MemberSays(action))

    async def _say(self, interaction: discord.Interaction, group: Group, what: MemberSays) -> None:
        now, words = self._parts.clock.now(), self._parts.crisis_texts.words(group)
        if what is MemberSays.CONTACT_ME:
            press = Press(
                interaction.user.id, interaction.channel_id or 0, interaction.id, in_dm=is_direct(interaction.channel)
            )
            await self._parts.asking.help_now([group], press, now)
        told = await self._parts.holding.member_said(group, interaction.user.id, what, now)
        if told is None:
            await answer_privately(interaction, words("care.said.closed"))
            return
        lines = [words(f"care.said.{what.value}", group=group.label)]
        if what is MemberSays.CONTACT_ME:
            choice = await self._parts.care_choices.of(interaction.user.id)
            lines += self._parts.crisis_texts.ways_in(group, choice.country or group.country)
        await answer_privately(interaction, "\n".join(lines))

    async def _more(self, interaction: discord.Interaction, case: Case, group: Group) -> None:
        words = self._parts.crisis_texts.words(group)
        choice = await self._parts.care_choices.of(interaction.user.id)
        lines = [words(f"care.more.{name}") for name in ("heading", "nobody", "plan", "grounding", "country")]
        lines += self._parts.crisis_texts.every_way(group, choice.country or group.country)
        lines.append(words(f"care.status.replies_{'on' if choice.replies else 'off'}"))
        view = more_view(case.id, words, replies=choice.replies)
        await interaction.response.send_message("\n".join(lines), view=view, ephemeral=True)

    async def _status(self, interaction: discord.Interaction, case: Case, group: Group) -> None:
        composed = await self._parts.member_texts.compose(case, group, self._parts.clock.now())
        words = self._parts.crisis_texts.words(group)
        view = asked_view(case.id, words) if composed.standing.asked else said_view(case.id, words)
        await interaction.response.send_message(composed.full, view=view, ephemeral=True)

    async def _replies(self, interaction: discord.Interaction, wanted: bool, words: Words) -> None:
        await self._parts.care_choices.set_replies(interaction.user.id, wanted, self._parts.clock.now())
        await answer_privately(interaction, words(f"care.status.changed_{'on' if wanted else 'off'}"))

    async def _plan(self, interaction: discord.Interaction, words: Words) -> None:
        groups = await groups_concerned(interaction, self._parts.groups)
        plan = await self._parts.plans.of(interaction.user.id)
        group_key = groups[0].key if groups else None
        await interaction.response.send_message(view=plan_view(plan, group_key, words), ephemeral=True)

    async def _grounding(self, interaction: discord.Interaction, group: Group | None, words: Words) -> None:
        skill = self._parts.skills.of(group.language if group else "en").get(GROUNDING)
        view = shown(words("care.grounding.gone")) if skill is None else grounding(skill, words)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _standings(self, member_id: int, words: Words) -> list[str]:
        lines = []
        for standing in await self._parts.member_status.own_open(member_id, self._parts.clock.now()):
            group = self._parts.groups.get(standing.case.group_key)
            if group is not None:
                status = self._parts.crisis_texts.status(group, standing.progress, slow=standing.slow)
                when = f"<t:{int(standing.case.opened_at.timestamp())}:f>"
                lines.append(words("care.status.case", group=group.label, when=when, status=status))
        return lines or [words("care.status.none")]

    async def _told(self, groups: list[Group], code: str, name: str, words: Words) -> list[str]:
        if self._parts.crisis_texts.knows_lines_of(code):
            return [words("care.country.chosen", country=name)]
        for group in groups:
            await self._parts.confirmed_lines.lacking(group, code, self._parts.clock.now())
        return [words("care.country.none", country=name)]


def _countries(words: Words) -> dict[str, str]:
    """Return every choice by its code, in the order of their names; the group's own first, another one last."""
    known = {name.partition(".")[2]: words(name) for name in words.names() if name.startswith("countries.")}
    ordered = dict(sorted(known.items(), key=lambda item: item[1]))
    return {_MY_GROUP: words("care.country.my_group"), **ordered, ELSEWHERE: words("care.country.elsewhere")}


def _mine_button(cog: MemberSpaceCog) -> type[SafeButton]:
    class MineButton(SafeButton, template=rf"{MINE}:(?P<row>[0-9]+:(?:{_ACTIONS}))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            case_id, _, action = self.row_id.partition(":")
            await cog.act(interaction, int(case_id), action)

    return MineButton
