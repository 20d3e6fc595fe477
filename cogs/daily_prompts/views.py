"""The buttons below a prompt and below an answer. Each carries a row's key only, and re-checks who pressed."""

import discord

from bot.daily_prompts.answers.model import AnswerNotFound, Mark, NotATherapist
from cogs.daily_prompts.cards import PREFIX as ANSWER_PREFIX
from cogs.daily_prompts.form import answer_form
from cogs.daily_prompts.render import PREFIX
from cogs.daily_prompts.tools import Tools
from cogs.daily_prompts.topics import names_of, topics_layout
from cogs.shared.interactions import SafeButton, answer_privately

_KEY = "[0-9a-f]{24}"
_RUN = "[0-9]{1,18}"


def buttons(tools: Tools) -> tuple[type[SafeButton], ...]:
    """Make the classes of the buttons, bound to their services, for `client.add_dynamic_items`."""
    return (_answer(tools), *_marks(tools), _topic(tools), _who(tools))


def _answer(tools: Tools) -> type[SafeButton]:
    class AnswerButton(SafeButton, template=rf"{PREFIX}:(?P<row>{_RUN}):answer"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            found = await tools.run_and_group(self.row_id)
            if found is None:
                await answer_privately(interaction, tools.words_in(interaction)("daily_prompts.answer.gone"))
                return
            run, group = found
            if not await tools.may_answer(interaction, group):
                await answer_privately(interaction, tools.words_in(interaction)("daily_prompts.where.no_group"))
                return
            known = await tools.answers.of_run(run.id, interaction.user.id)
            prompt = await tools.prompts.shown(run)
            words = tools.words_in(interaction, group)
            await interaction.response.send_modal(answer_form(run.id, prompt, known, words))

    return AnswerButton


def _marks(tools: Tools) -> tuple[type[SafeButton], ...]:
    async def mark(interaction: discord.Interaction, run_id: str, kind: Mark, text: str) -> None:
        found = await tools.run_and_group(run_id)
        if found is None:
            await answer_privately(interaction, tools.words_in(interaction)("daily_prompts.answer.gone"))
            return
        run, group = found
        await tools.answers.mark(run.id, group, interaction.user.id, kind, tools.clock.now())
        words = tools.words_in(interaction, group)
        await answer_privately(interaction, "\n\n".join([words(text), *await tools.news(interaction, words)]))

    class ReadButton(SafeButton, template=rf"{PREFIX}:(?P<row>{_RUN}):read"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await mark(interaction, self.row_id, Mark.READ, "daily_prompts.read.done")

    class SaveButton(SafeButton, template=rf"{PREFIX}:(?P<row>{_RUN}):save"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await mark(interaction, self.row_id, Mark.SAVED, "daily_prompts.save.done")

    return (ReadButton, SaveButton)


def _topic(tools: Tools) -> type[SafeButton]:
    class TopicButton(SafeButton, template=rf"{PREFIX}:(?P<row>{_RUN}):topic"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            found = await tools.run_and_group(self.row_id)
            words = tools.words_in(interaction)
            if found is None:
                await answer_privately(interaction, words("daily_prompts.answer.gone"))
                return
            run, group = found
            prompt = await tools.prompts.shown(run)
            library = tools.prompts.library(group.language)
            touched = prompt.topics if prompt else frozenset()
            chosen = await tools.answers.resting_topics(group, interaction.user.id) | touched
            told = words("daily_prompts.topics.choose")
            if touched:
                await tools.answers.rest_topics(group, interaction.user.id, chosen)
                told = words("daily_prompts.topics.left_out", topics=names_of(touched, library))
            layout = topics_layout(group.key, library, chosen, words, told)
            await interaction.response.send_message(view=layout, ephemeral=True)

    return TopicButton


def _who(tools: Tools) -> type[SafeButton]:
    class WhoButton(SafeButton, template=rf"{ANSWER_PREFIX}:(?P<row>{_KEY}):who"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            words = tools.words_in(interaction)
            try:
                answer = await tools.answers.author_of(self.row_id, interaction.user.id, tools.clock.now())
            except NotATherapist:
                await answer_privately(interaction, words("daily_prompts.who.not_for_you"))
            except AnswerNotFound:
                await answer_privately(interaction, words("daily_prompts.who.gone"))
            else:
                await answer_privately(interaction, words("daily_prompts.who.author", member=answer.member_id))

    return WhoButton
