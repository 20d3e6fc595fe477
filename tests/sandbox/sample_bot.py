"""A bot as a developer would write it: commands, components and modals of every kind."""

import asyncio
import io
from typing import Any, Literal

import discord
from discord import app_commands

from tests.sandbox.harness import Bot

Interaction = discord.Interaction[Bot]


class Choices(discord.ui.View):
    """A button and selects of all kinds."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Press", custom_id="press", style=discord.ButtonStyle.primary)
    async def press(self, interaction: Interaction, button: discord.ui.Button[Any]) -> None:
        await interaction.response.send_message("you pressed", ephemeral=True)

    @discord.ui.button(label="Change", custom_id="change")
    async def change(self, interaction: Interaction, button: discord.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="changed", view=None)

    @discord.ui.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: Interaction, button: discord.ui.Button[Any]) -> None: ...

    @discord.ui.select(
        custom_id="words",
        max_values=2,
        options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two", value="2")],
    )
    async def words(self, interaction: Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.send_message(" ".join(select.values))

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="user")
    async def user(self, interaction: Interaction, select: discord.ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(select.values[0].name)

    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="role", min_values=0)
    async def role(self, interaction: Interaction, select: discord.ui.RoleSelect[Any]) -> None:
        await interaction.response.send_message(", ".join(role.name for role in select.values) or "none")

    @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="channel", channel_types=[discord.ChannelType.text])
    async def channel(self, interaction: Interaction, select: discord.ui.ChannelSelect[Any]) -> None:
        await interaction.response.send_message(str(select.values[0].name))


class Form(discord.ui.Modal, title="About you"):
    """A modal with every kind of field."""

    note = discord.ui.TextDisplay[Any]("Please fill this in.")
    name = discord.ui.Label[Any](text="Name", component=discord.ui.TextInput(custom_id="name", max_length=10))
    mood = discord.ui.Label[Any](
        text="Mood",
        component=discord.ui.RadioGroup(
            custom_id="mood",
            options=[
                discord.RadioGroupOption(label="Good", value="g"),
                discord.RadioGroupOption(label="Low", value="l"),
            ],
        ),
    )
    days = discord.ui.Label[Any](
        text="Days",
        component=discord.ui.CheckboxGroup(
            custom_id="days",
            required=False,
            options=[
                discord.CheckboxGroupOption(label="Monday", value="mo"),
                discord.CheckboxGroupOption(label="Friday", value="fr"),
            ],
        ),
    )
    where = discord.ui.Label[Any](text="Where", component=discord.ui.ChannelSelect(custom_id="where", required=False))

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        parts = [self.name.component.value, self.mood.component.value, *self.days.component.values]  # type: ignore[attr-defined]
        parts += [channel.name for channel in self.where.component.values]  # type: ignore[attr-defined]
        await interaction.response.send_message("|".join(parts))


class Consent(discord.ui.Modal, title="Files"):
    """A modal with a tick box and a file."""

    agree = discord.ui.Label[Any](text="I agree", component=discord.ui.Checkbox(custom_id="agree"))
    file = discord.ui.Label[Any](
        text="A file", component=discord.ui.FileUpload(custom_id="file", required=False, max_values=2)
    )

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        files = [await file.read() for file in self.file.component.values]  # type: ignore[attr-defined]
        await interaction.response.send_message(f"{self.agree.component.value} {files}")  # type: ignore[attr-defined]


def build(client: Bot) -> None:  # noqa: C901 - one long list of commands
    """Give the client its commands."""
    tree = client.tree

    @tree.command(description="answers")
    async def hello(interaction: Interaction) -> None:
        await interaction.response.send_message("hello", view=Choices())

    @tree.command(description="takes everything")
    @app_commands.rename(text="a-text")
    async def take(
        interaction: Interaction,
        text: app_commands.Range[str, 2, 5],
        number: app_commands.Range[int, 1, 3] = 1,
        real: float = 0.5,
        yes: bool = False,
        who: discord.User | None = None,
        role: discord.Role | None = None,
        place: discord.TextChannel | None = None,
        file: discord.Attachment | None = None,
        pick: Literal["a", "b"] = "a",
    ) -> None:
        content = (await file.read()).decode() if file else None
        parts = [text, number, real, yes, who and who.name, role and role.name, place and place.name, content, pick]
        await interaction.response.send_message(repr(parts))

    @tree.command(description="completes")
    async def goal(interaction: Interaction, name: str) -> None:
        await interaction.response.send_message(name)

    @goal.autocomplete("name")
    async def names(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        if current == "slow":
            await asyncio.sleep(5)
        amount = 30 if current == "many" else 2
        return [app_commands.Choice(name=f"{current}{n}", value=str(n)) for n in range(amount)]

    @tree.command(description="opens a form")
    async def form(interaction: Interaction, kind: str = "form") -> None:
        await interaction.response.send_modal(Form() if kind == "form" else Consent())

    @tree.command(description="takes its time")
    async def slow(interaction: Interaction, secret: bool = True) -> None:
        await interaction.response.defer(ephemeral=secret)
        await interaction.followup.send("at last")
        await interaction.followup.send("and more", ephemeral=secret)

    @tree.command(description="says nothing")
    async def mute(interaction: Interaction) -> None:
        await asyncio.sleep(0)

    @tree.command(description="sends a picture")
    async def chart(interaction: Interaction) -> None:
        file = discord.File(io.BytesIO(b"x"), "a.txt", description="a letter")
        await interaction.response.send_message(file=file, ephemeral=True)
        await interaction.edit_original_response(content="with words")

    @tree.command(description="a frame")
    async def frame(interaction: Interaction) -> None:
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.Container(discord.ui.TextDisplay("inside"), accent_colour=1))
        await interaction.response.send_message(view=view)

    @tree.command(description="for moderators")
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.guild_only()
    async def clean(interaction: Interaction) -> None:
        await interaction.response.send_message("clean")

    @tree.context_menu(name="Report")
    async def report(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"reported {message.content}", ephemeral=True)

    @tree.context_menu(name="Greet")
    async def greet(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"hello {member.display_name}")

    group = app_commands.Group(name="my-data", description="yours")

    @group.command(description="erases")
    async def erase(interaction: Interaction, confirm: bool) -> None:
        await interaction.response.send_message(f"erase {confirm}")

    tree.add_command(group)
