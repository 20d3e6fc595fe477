"""Words that are handed over in a form are screened like words that are said: crisis care comes first."""

from datetime import UTC

import discord

from bot.app import Parts
from bot.crisis.cases.model import Raised
from bot.crisis.screening import views_of
from bot.crisis.watching.intake import Said
from bot.groups.model import Group

FORM = "form"


class HandedOver:
    """Screens what comes back from forms, and says what follows."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def raised_by(
        self, interaction: discord.Interaction, group: Group, text: str, *, place: str = FORM
    ) -> Raised | None:
        """Screen a member's words; returns the alarm that they raised, if any. `place` says what they wrote."""
        said = Said(
            author_id=interaction.user.id,
            channel_id=interaction.channel_id or group.circle,
            message_id=interaction.id,
            at=interaction.created_at.astimezone(UTC),
            in_dm=True,  # nobody but the bot has seen these words, so there is no message to link to
            place=place,
        )
        # The answer to the form is the member's text, so that nothing is written where others could see it.
        read = await self._parts.watch.read(group, said, tuple(views_of(text)), self._parts.clock.now(), told=False)
        # A fault of the screening is not the author's alarm.
        return read.raised if read.assessment is not None else None

    async def told(self, group: Group, raised: Raised) -> str:
        """Return what the member is told of the alarm, as true as it is at this moment."""
        return (await self._parts.member_texts.compose(raised.case, group, self._parts.clock.now())).full
