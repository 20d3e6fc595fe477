"""Members' suggestions: laid before the therapists in the care channel, who queue one or decline."""

from datetime import datetime

import discord
from discord import ui

from bot.daily_prompts.steering.model import NotATherapist, NotFound, OwnPrompt, Standing
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from bot.words import Library, Words
from cogs.daily_prompts.tools import Tools
from cogs.shared.delivery import discord_problems
from cogs.shared.interactions import SafeButton, SafeLayout, answer_privately
from cogs.shared.writing import quoted

PREFIX = "prompt-suggestion"


def suggestion_card(prompt: OwnPrompt, words: Words, decided: str | None = None) -> ui.LayoutView:
    """Lay out a suggestion; once decided, without buttons."""
    layout = SafeLayout(timeout=None)
    parts: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(words("daily_prompts.suggest.card", who=f"<@{prompt.author_id}>")),
        ui.TextDisplay(quoted(prompt.text or "")),
    ]
    if decided is not None:
        parts.append(ui.TextDisplay(f"-# {decided}"))
    else:
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
        for action in ("queue", "decline"):
            label = words(f"daily_prompts.suggest.{action}")
            row.add_item(ui.Button(label=label, custom_id=f"{PREFIX}:{prompt.key}:{action}"))
        parts.append(row)
    layout.add_item(ui.Container(*parts))
    return layout


def suggestion_button(tools: Tools) -> type[SafeButton]:
    """Make the class of a suggestion's buttons, bound to its services."""

    class SuggestionButton(SafeButton, template=rf"{PREFIX}:(?P<row>[0-9a-f]{{24}}:(?:queue|decline))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            key, _, action = self.row_id.partition(":")
            words = tools.words_in(interaction)
            try:
                accept = action == "queue"
                decided = await tools.steering.decide(key, interaction.user.id, accept=accept, now=tools.clock.now())
            except NotATherapist:
                await answer_privately(interaction, words("daily_prompts.panel.not_yours"))
                return
            except NotFound:
                await answer_privately(interaction, words("daily_prompts.suggest.gone"))
                return
            words = tools.words_in(interaction, tools.groups.get(decided.prompt.group_key))
            if not decided.first:
                await answer_privately(interaction, words("daily_prompts.suggest.decided"))
                return
            said = words(f"daily_prompts.suggest.{'queued' if accept else 'declined'}", who=interaction.user.mention)
            await interaction.response.edit_message(view=suggestion_card(decided.prompt, words, said))

    return SuggestionButton


class SuggestionDeliverer:
    """Sends the outbox's suggestions into the care channel."""

    def __init__(self, client: discord.Client, tools: Tools, groups: Groups, words: Library) -> None:
        self._client = client
        self._tools = tools
        self._groups = groups
        self._words = words

    async def show(self, row: Row, _now: datetime) -> Receipt:
        """Lay a suggestion before the therapists; a doubled one is decided once all the same."""
        group: Group | None = self._groups.get(row.group_key or "")
        prompt = await self._tools.steering.own(row.ref["own"])
        if group is None:
            raise Permanent("group_unknown")
        if prompt is None or prompt.standing is not Standing.SUGGESTED or prompt.text is None:
            raise Superseded("decided")
        with discord_problems():
            care = self._client.get_partial_messageable(group.care, guild_id=group.server)
            card = suggestion_card(prompt, self._words.of(group.language))
            sent = await care.send(view=card, nonce=row.nonce)
        return Receipt(sent.channel.id, sent.id)
