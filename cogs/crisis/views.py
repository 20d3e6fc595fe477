"""The button on a page, and the report in a message's menu."""

import discord
from discord import ui

from bot.clock import Clock
from bot.crisis.cases.model import Case, CaseNotFound, KnownSignal, NotATherapist, Source
from bot.crisis.cases.service import Cases
from bot.crisis.member.texts import CrisisTexts
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.words import Words
from cogs.crisis.where import where
from cogs.shared.interactions import SafeButton, SafeView

PREFIX = "case"


def acknowledge_view(case: Case, words: Words) -> ui.View:
    """Return the view of a page: one button that takes the case."""
    view = ui.View(timeout=None)
    view.add_item(
        ui.Button(
            label=words("crisis.page.button"),
            style=discord.ButtonStyle.primary,
            custom_id=f"{PREFIX}:{case.id}:acknowledge",
        )
    )
    return view


def taken_view(case: Case, words: Words) -> ui.View:
    """Return the buttons for somebody who has just taken a case."""
    view = SafeView(timeout=None)
    for label, act, style in (
        ("crisis.contacted.button", "contacted", discord.ButtonStyle.primary),
        ("cases.button.card", "card", discord.ButtonStyle.secondary),
    ):
        view.add_item(ui.Button(label=words(label), style=style, custom_id=f"{PREFIX}:{case.id}:{act}"))
    return view


def acknowledge_button(cases: Cases, groups: Groups, texts: CrisisTexts, clock: Clock) -> type[SafeButton]:
    """Make the class of the button, bound to its services, for `client.add_dynamic_items`."""

    class AcknowledgeButton(SafeButton, template=rf"{PREFIX}:(?P<row>[0-9]+):acknowledge"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            said, view = await self._take(interaction.user.id)
            await interaction.followup.send(said, view=view or discord.utils.MISSING, ephemeral=True)

        async def _take(self, presser: int) -> tuple[str, ui.View | None]:
            words = texts.words(None)
            try:
                result = await cases.acknowledge(int(self.row_id), presser, clock.now())
            except CaseNotFound:
                return words("crisis.acknowledge.gone"), None
            except NotATherapist:
                return words("crisis.acknowledge.not_yours"), None
            case = result.case
            group = groups.get(case.group_key)
            words = texts.words(group)
            if result.first:
                newest = (await cases.signals(case))[-1]
                place = _place(group, newest, words) if group else ""
                return _yours(case, place, words), taken_view(case, words)
            if case.acknowledged_by is None or case.acknowledged_at is None:
                return words("crisis.acknowledge.nobody", code=case.code), None
            when = f"<t:{int(case.acknowledged_at.timestamp())}:R>"
            return words("crisis.acknowledge.taken", by=case.acknowledged_by, code=case.code, when=when), None

    return AcknowledgeButton


def _yours(case: Case, link: str, words: Words) -> str:
    name = "crisis.acknowledge.yours_fault" if case.source is Source.FAULT else "crisis.acknowledge.yours"
    lines = [words(name, code=case.code, member=case.member_id, link=link)]
    if case.next_page_at is not None:
        lines.append(words("crisis.acknowledge.until", when=f"<t:{int(case.next_page_at.timestamp())}:t>"))
    return "\n".join(lines)


def _place(group: Group, signal: KnownSignal, words: Words) -> str:
    return where(group, signal.key, signal.channel_id, signal.message_id, words, in_dm=signal.in_dm)
