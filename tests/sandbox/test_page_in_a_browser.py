"""The page as somebody uses it: in a real browser, over the real sandbox, with a real discord.py client."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl
from discord import ui

from sandbox import Sandbox
from sandbox.model import JSON
from tests.sandbox.browser import ENTER, ESCAPE, Browser, browser
from tests.sandbox.harness import Bot, Clock, connected

LEFT, RIGHT = ".pane.is-left", ".pane.is-right"
HOSTILE = '<img src="x" onerror="document.title = 1"> **bold**'


class CheckIn(ui.Modal, title="How is it today?"):
    words: ui.Label[Any] = ui.Label(text="In a few words", component=ui.TextInput(min_length=3))
    weight: ui.Label[Any] = ui.Label(
        text="How heavy is it?",
        component=ui.RadioGroup(options=[discord.RadioGroupOption(label=word) for word in ("Light", "Heavy")]),
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        assert isinstance(self.words.component, ui.TextInput)
        assert isinstance(self.weight.component, ui.RadioGroup)
        answer = f"Noted: {self.words.component.value}, {self.weight.component.value}"
        await interaction.response.send_message(answer, ephemeral=True)


class Question(ui.View):
    @ui.button(label="Check in")
    async def check_in(self, interaction: discord.Interaction[Any], button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(CheckIn())


class SmallBot(Bot):
    async def on_message(self, message: discord.Message, /) -> None:
        if not message.author.bot:
            await message.channel.send("How are you?", view=Question())


class Guide:
    """A tour of one step."""

    def __init__(self) -> None:
        self.done = False

    def steps(self) -> list[JSON]:
        return [{"id": "look", "title": "Look around", "text": "Take your time.", "button": "I did", "done": self.done}]

    async def do(self, step_id: str, /) -> None:
        assert step_id == "look"
        self.done = True


@pytest.fixture
async def stage(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """A started sandbox with a tour, a member, a therapist, an outsider, and a bot that asks how one is."""
    sandbox = Sandbox(clock, tour=Guide())
    world = sandbox.world
    alice = world.add_person(name="Alice", about="member")
    maria = world.add_person(name="Maria", about="therapist")
    eve = world.add_person(name="Eve", about="outsider")
    guild = world.add_guild(name="Circle", owner=maria)
    world.join(guild, alice)
    world.join(guild, eve)
    world.add_text_channel(guild, name="general")
    await sandbox.start()
    monkeypatch.setattr(discord.http.Route, "BASE", sandbox.api_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
    async with connected(sandbox, SmallBot()):
        yield sandbox
    await sandbox.close()
    assert sandbox.api.crashes == []


async def say_something(page: Browser) -> None:
    await page.type(f"{LEFT} .composer textarea", HOSTILE + ENTER)
    for pane in (LEFT, RIGHT):
        await page.find(f"{pane} .content", '<img src="x"')
        await page.find(f"{pane} .content strong", "bold")
    assert not await page.shows("img[src=x]")


async def fill_in_the_form(page: Browser) -> None:
    await page.click(f"{LEFT} .message button", "Check in")
    await page.find("dialog h2", "How is it today?")
    assert await page.run("return document.activeElement.closest('dialog') !== null")
    await page.click("dialog button[type=submit]")
    await page.find("dialog .field-error", "This is needed.")
    await page.type("dialog input[type=text]", "A quiet day")
    await page.click("dialog label", "Heavy")
    await page.click("dialog button[type=submit]")
    await page.gone("dialog")


async def see_the_answer_alone(page: Browser) -> None:
    await page.find(f"{LEFT} .message.is-ephemeral", "Noted: A quiet day, Heavy")
    await page.find(f"{LEFT} .only-me", "Only you can see this")
    assert not await page.shows(f"{RIGHT} .message", "Noted")


async def become_somebody_else(page: Browser) -> None:
    await page.type(f"{LEFT} .you-are select", "Eve")
    await page.find(f"{LEFT} .content strong", "bold")
    assert not await page.shows(f"{LEFT} .message", "Noted")
    assert (
        await page.run("return document.querySelector('.is-left .you-are select').selectedOptions[0].text")
        == "Eve · outsider"
    )


async def leave_the_form_with_escape(page: Browser) -> None:
    await page.click(f"{LEFT} .message button", "Check in")
    await page.type("dialog input[type=text]", "Or rather not" + ESCAPE)
    await page.click("dialog button", "Keep writing")
    await page.type("dialog input[type=text]", ESCAPE)
    await page.click("dialog button", "Discard")
    await page.gone("dialog")


async def take_the_tour(page: Browser) -> None:
    await page.click("#tour button", "I did")
    await page.find("#tour .step.is-done")
    await page.find("#tour", "All steps done")


@pytest.mark.browser
async def test_somebody_can_talk_press_fill_in_and_change_places_without_a_complaint_of_the_browser(
    stage: Sandbox, tmp_path: Path
) -> None:
    async with browser(tmp_path / "profile") as page:
        await page.open(stage.page_url)
        await page.find(f"{LEFT} .channel", "general")
        await page.find(f"{RIGHT} .channel", "general")
        await say_something(page)
        await fill_in_the_form(page)
        await see_the_answer_alone(page)
        await become_somebody_else(page)
        await leave_the_form_with_escape(page)
        await take_the_tour(page)
        assert await page.complaints() == []
        asked_for = await page.requested(stage.page_url)
        assert f"{stage.page_url}page/app/main.js" in asked_for
        assert {address for address in asked_for if not address.startswith((stage.page_url, "data:", "blob:"))} == set()
