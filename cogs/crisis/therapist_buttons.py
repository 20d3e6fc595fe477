"""The buttons with which a therapist moves a case on. Each carries the case's row id and checks rights anew."""

import discord

from bot.clock import Clock
from bot.crisis.holding import Holding
from bot.crisis.model import Case, CaseNotFound, CaseState, NotATherapist
from bot.crisis.texts import CrisisTexts
from bot.groups.service import Groups
from bot.words import Words
from cogs.crisis.views import PREFIX
from cogs.shared.interactions import SafeButton


def contacted_button(holding: Holding, groups: Groups, texts: CrisisTexts, clock: Clock) -> type[SafeButton]:
    """Make the class of *I've made contact*, bound to its services, for `client.add_dynamic_items`."""

    class ContactedButton(SafeButton, template=rf"{PREFIX}:(?P<row>[0-9]+):contacted"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.followup.send(await self._note(interaction.user.id), ephemeral=True)

        async def _note(self, presser: int) -> str:
            words = texts.words(None)
            try:
                moved = await holding.contacted(int(self.row_id), presser, clock.now())
            except CaseNotFound:
                return words("crisis.acknowledge.gone")
            except NotATherapist:
                return words("crisis.acknowledge.not_yours")
            case = moved.case
            words = texts.words(groups.get(case.group_key))
            if moved.done:
                return words("crisis.contacted.noted", code=case.code)
            return told_late(case, words)

    return ContactedButton


def told_late(case: Case, words: Words) -> str:
    """Tell somebody whose act came too late who was first."""
    if case.state is CaseState.CLOSED:
        return words("crisis.acknowledge.nobody", code=case.code)
    when = f"<t:{int(case.contacted_at.timestamp())}:R>" if case.contacted_at else ""
    return words("crisis.contacted.late", by=case.contacted_by, code=case.code, when=when)
