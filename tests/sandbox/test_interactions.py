"""Commands, components and modals, with the bot that a developer would write."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from sandbox import NotAllowed, Permission, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, connected
from tests.sandbox.sample_bot import build

Interaction = discord.Interaction[Bot]


@pytest.fixture
async def bot(sandbox: Sandbox, place: Place) -> AsyncIterator[Bot]:
    client = Bot()
    build(client)
    async with connected(sandbox, client):
        await client.tree.sync()
        yield client


@pytest.fixture
def alice(place: Place) -> int:
    return place.alice.id


async def used(sandbox: Sandbox, person: int, command: str, **options: Any) -> dict[str, Any]:
    """Use a command and wait for the answer."""
    named = {key.replace("_", "-"): value for key, value in options.items()}
    return await sandbox.people.answer(await sandbox.people.command(person, 2001, command, named))


async def test_a_command_is_listed_used_and_answered(sandbox: Sandbox, bot: Bot, alice: int):
    names = {command["name"] for command in await sandbox.people.commands(alice, 2001)}
    assert {"hello", "take", "my-data", "Report", "Greet"} <= names
    answer = await used(sandbox, alice, "hello")
    assert (answer["state"], answer["type"]) == ("answered", 4)
    message = answer["message"]
    assert (message["content"], message["type"]) == ("hello", 20)
    assert message["interaction"]["name"] == "hello"
    assert message["interaction_metadata"]["user"]["id"] == str(alice)


async def test_options_of_every_kind_arrive_as_they_were_given(sandbox: Sandbox, bot: Bot, place: Place):
    role = sandbox.world.add_role(place.guild, name="helpers")
    answer = await used(
        sandbox,
        place.alice.id,
        "take",
        a_text="abc",
        number=3,
        real=1.5,
        yes=True,
        who=place.ben,
        role=role,
        place=place.general,
        file={"name": "a.txt", "content": b"", "base64": "aGk="},
        pick="b",
    )
    assert answer["message"]["content"] == repr(["abc", 3, 1.5, True, "ben", "helpers", "general", "hi", "b"])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "required"),
        ({"a_text": "a"}, "2 to 5 characters"),
        ({"a_text": "abcdef"}, "2 to 5 characters"),
        ({"a_text": 3}, "takes a text"),
        ({"a_text": "abc", "number": 4}, "from 1 to 3"),
        ({"a_text": "abc", "number": "x"}, "whole number"),
        ({"a_text": "abc", "yes": "yes"}, "true or false"),
        ({"a_text": "abc", "pick": "c"}, "no choice"),
        ({"a_text": "abc", "who": 99}, "nobody"),
        ({"a_text": "abc", "role": 99}, "no role"),
        ({"a_text": "abc", "place": 2002}, "no channel that you can see"),
        ({"a_text": "abc", "file": "text"}, "A file is written"),
        ({"a_text": "abc", "other": 1}, "no option other"),
    ],
)
async def test_what_an_option_does_not_take_is_refused(
    sandbox: Sandbox, bot: Bot, alice: int, options: dict[str, Any], reason: str
):
    with pytest.raises(NotAllowed, match=reason):
        await used(sandbox, alice, "take", **options)


async def test_a_subcommand_is_named_with_its_group(sandbox: Sandbox, bot: Bot, alice: int):
    answer = await used(sandbox, alice, "my-data erase", confirm=True)
    assert answer["message"]["content"] == "erase True"
    assert answer["message"]["interaction"]["name"] == "my-data erase"
    with pytest.raises(NotAllowed, match="Choose a subcommand"):
        await used(sandbox, alice, "my-data")
    with pytest.raises(NotAllowed, match="no subcommand keep"):
        await used(sandbox, alice, "my-data keep")


async def test_an_option_is_completed_while_it_is_typed(sandbox: Sandbox, bot: Bot, alice: int):
    choices = await sandbox.people.autocomplete(alice, 2001, "goal", {"name": "wa"}, "name")
    assert choices == [{"name": "wa0", "value": "0"}, {"name": "wa1", "value": "1"}]
    assert (await used(sandbox, alice, "goal", name="anything"))["message"]["content"] == "anything"
    with pytest.raises(NotAllowed, match="completes nothing"):
        await sandbox.people.autocomplete(alice, 2001, "take", {}, "a-text")


async def test_a_completion_that_is_late_or_too_long_gives_nothing(sandbox: Sandbox, bot: Bot, alice: int):
    sandbox.desk.answer_within = 0.1
    for typed in ("slow", "many"):
        assert await sandbox.people.autocomplete(alice, 2001, "goal", {"name": typed}, "name") == []


async def test_a_command_for_moderators_is_hidden_from_members(sandbox: Sandbox, bot: Bot, place: Place):
    with pytest.raises(NotAllowed, match="no command 'clean'"):
        await used(sandbox, place.alice.id, "clean")
    assert (await used(sandbox, place.maria.id, "clean"))["message"]["content"] == "clean"
    direct = await sandbox.people.dm(place.maria)
    assert "clean" not in [c["name"] for c in await sandbox.people.commands(place.maria, direct)]


async def test_without_the_permission_there_are_no_commands(sandbox: Sandbox, bot: Bot, place: Place):
    await sandbox.people.permissions(place.guild, place.guild, deny=Permission.USE_APPLICATION_COMMANDS)
    assert await sandbox.people.commands(place.alice, 2001) == []


async def test_commands_work_in_the_conversation_with_the_bot(sandbox: Sandbox, bot: Bot, place: Place):
    direct = await sandbox.people.dm(place.alice)
    answer = await sandbox.people.answer(await sandbox.people.command(place.alice, direct, "hello"))
    assert answer["message"]["content"] == "hello"
    other = await sandbox.people.dm(place.alice, place.ben)
    assert await sandbox.people.commands(place.alice, other) == []


async def test_context_menus_act_on_messages_and_people(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.ben, 2001, "bad words")
    acted = await sandbox.people.context(place.alice, 2001, "Report", said, kind="message")
    answer = await sandbox.people.answer(acted)
    assert (answer["message"]["content"], answer["message"]["type"]) == ("reported bad words", 23)
    acted = await sandbox.people.context(place.alice, 2001, "Greet", place.ben, kind="user")
    assert (await sandbox.people.answer(acted))["message"]["content"] == "hello Ben"
    with pytest.raises(NotAllowed):
        await sandbox.people.context(place.alice, 2001, "Greet", said, kind="message")


async def test_an_ephemeral_answer_is_for_one_person_alone(sandbox: Sandbox, bot: Bot, place: Place):
    shown = (await used(sandbox, place.alice.id, "hello"))["message"]
    stream = sandbox.people.events(place.ben)
    pressed = await sandbox.people.press(place.alice, 2001, shown, "press")
    answer = (await sandbox.people.answer(pressed))["message"]
    assert (answer["content"], answer["flags"] & 64) == ("you pressed", 64)
    assert answer["message_reference"]["message_id"] == shown["id"]
    assert answer["id"] in [m["id"] for m in sandbox.people.messages(place.alice, 2001)]
    assert answer["id"] not in [m["id"] for m in sandbox.people.messages(place.ben, 2001)]
    assert answer["id"] not in [str(m.id) async for m in bot.get_channel(2001).history()]  # type: ignore[union-attr]
    with pytest.raises(TimeoutError):
        await stream.next(0.05)
    stream.close()
    await sandbox.people.dismiss(place.alice, answer)
    assert answer["id"] not in [m["id"] for m in sandbox.people.messages(place.alice, 2001)]
    with pytest.raises(NotAllowed, match="can be dismissed"):
        await sandbox.people.dismiss(place.alice, shown)


async def test_a_button_can_change_its_message(sandbox: Sandbox, bot: Bot, alice: int):
    shown = (await used(sandbox, alice, "hello"))["message"]
    answer = await sandbox.people.answer(await sandbox.people.press(alice, 2001, shown, "change"))
    assert (answer["type"], answer["message"]["id"]) == (7, shown["id"])
    seen = sandbox.people.messages(alice, 2001)[-1]
    assert (seen["content"], seen["components"]) == ("changed", [])
    with pytest.raises(NotAllowed, match="nothing to use"):
        await sandbox.people.press(alice, 2001, shown, "press")


@pytest.mark.parametrize(
    ("custom_id", "values", "expected"),
    [
        ("words", ["Two", "1"], "2 1"),
        ("words", "2", "2"),
        ("user", [3003], "ben"),
        ("role", [], "none"),
        ("role", [4001], "helpers"),
        ("channel", [2001], "general"),
    ],
)
async def test_selects_of_every_kind(
    sandbox: Sandbox, bot: Bot, place: Place, custom_id: str, values: Any, expected: str
):
    sandbox.world.add_role(place.guild, id=4001, name="helpers")
    shown = (await used(sandbox, place.alice.id, "hello"))["message"]
    pressed = await sandbox.people.press(place.alice, 2001, shown, custom_id, values)
    assert (await sandbox.people.answer(pressed))["message"]["content"] == expected


@pytest.mark.parametrize(
    ("custom_id", "values", "reason"),
    [
        ("words", [], "Choose 1 to 2"),
        ("words", ["1", "2", "3"], "Choose 1 to 2"),
        ("words", ["3"], "none of the options"),
        ("words", ["1", "1"], "only once"),
        ("user", ["99"], "nobody"),
        ("channel", ["2003"], "not of a kind"),
        ("press", ["x"], "takes no values"),
        ("off", None, "disabled"),
        ("missing", None, "nothing to use"),
    ],
)
async def test_what_a_component_cannot_produce_is_refused(
    sandbox: Sandbox, bot: Bot, place: Place, custom_id: str, values: Any, reason: str
):
    sandbox.world.add_voice_channel(place.guild, id=2003, name="voice")
    shown = (await used(sandbox, place.alice.id, "hello"))["message"]
    with pytest.raises(NotAllowed, match=reason):
        await sandbox.people.press(place.alice, 2001, shown, custom_id, values)


async def test_a_modal_is_filled_in_and_submitted(sandbox: Sandbox, bot: Bot, alice: int):
    stream = sandbox.people.events(alice)
    opened = await sandbox.people.command(alice, 2001, "form")
    event = await stream.next(1)
    stream.close()
    assert (event["t"], event["d"]["title"]) == ("MODAL", "About you")
    assert [part["type"] for part in event["d"]["components"]] == [10, 18, 18, 18, 18]
    assert (await sandbox.people.answer(opened))["modal"]["id"] == event["d"]["id"]
    values = {"name": "Al", "mood": "Good", "days": ["mo", "Friday"], "where": 2001}
    sent = await sandbox.people.submit(alice, event["d"]["id"], values)
    assert (await sandbox.people.answer(sent))["message"]["content"] == "Al|g|mo|fr|general"
    with pytest.raises(NotAllowed, match="No form"):
        await sandbox.people.submit(alice, event["d"]["id"], values)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"mood": "g"}, "Name: write 1 to 10"),
        ({"name": "x" * 11, "mood": "g"}, "Name: write 1 to 10"),
        ({"name": 3, "mood": "g"}, "Name: this takes a text"),
        ({"name": "Al"}, "Mood: choose one"),
        ({"name": "Al", "mood": ["g", "l"]}, "Mood: choose one"),
        ({"name": "Al", "mood": "x"}, "Mood: 'x' is none"),
        ({"name": "Al", "mood": "g", "days": ["x"]}, "Days: 'x' is none"),
        ({"name": "Al", "mood": "g", "where": [99]}, "Where: 99 is no channel"),
        ({"name": "Al", "mood": "g", "other": 1}, "no field other"),
    ],
)
async def test_what_a_form_cannot_hold_is_refused_and_can_be_put_right(
    sandbox: Sandbox, bot: Bot, alice: int, values: dict[str, Any], reason: str
):
    opened = await used(sandbox, alice, "form")
    with pytest.raises(NotAllowed, match=reason):
        await sandbox.people.submit(alice, opened["modal"], values)
    sent = await sandbox.people.submit(alice, opened["modal"], {"name": "Al", "mood": "l"})
    assert (await sandbox.people.answer(sent))["message"]["content"] == "Al|l"


async def test_a_form_takes_ticks_and_files(sandbox: Sandbox, bot: Bot, alice: int):
    opened = await used(sandbox, alice, "form", kind="consent")
    file = {"name": "a.txt", "base64": "aGk="}
    sent = await sandbox.people.submit(alice, opened["modal"], {"agree": True, "file": file})
    assert (await sandbox.people.answer(sent))["message"]["content"] == "True [b'hi']"
    opened = await used(sandbox, alice, "form", kind="consent")
    with pytest.raises(NotAllowed, match="true or false"):
        await sandbox.people.submit(alice, opened["modal"], {"agree": "on"})


async def test_nobody_else_can_submit_a_form(sandbox: Sandbox, bot: Bot, place: Place):
    opened = await used(sandbox, place.alice.id, "form")
    with pytest.raises(NotAllowed, match="No form"):
        await sandbox.people.submit(place.ben, opened["modal"], {"name": "B", "mood": "g"})


@pytest.mark.parametrize("secret", [True, False])
async def test_a_deferred_answer_is_completed_by_the_first_follow_up(
    sandbox: Sandbox, bot: Bot, place: Place, secret: bool
):
    answer = await used(sandbox, place.alice.id, "slow", secret=secret)
    assert answer["type"] == 5
    more = await sandbox.people.expect_message(place.alice, 2001, lambda m: m["content"] == "and more")
    seen = sandbox.people.messages(place.alice, 2001)
    assert [m["content"] for m in seen] == ["at last", "and more"]
    assert seen[0]["id"] == answer["message"]["id"]
    assert seen[0]["edited_timestamp"] is None
    assert [m["flags"] for m in seen] == ([64, 64] if secret else [0, 0])
    assert len(sandbox.people.messages(place.ben, 2001)) == (0 if secret else 2)
    assert more["message_reference"]["message_id"] == seen[0]["id"]


async def test_an_answer_carries_files_and_can_be_edited(sandbox: Sandbox, bot: Bot, alice: int):
    await used(sandbox, alice, "chart")
    seen = await sandbox.people.expect_message(alice, 2001, lambda m: m["content"] == "with words")
    assert seen["attachments"][0]["description"] == "a letter"
    assert seen["attachments"][0]["ephemeral"] is True


async def test_a_frame_of_components_is_kept(sandbox: Sandbox, bot: Bot, alice: int):
    message = (await used(sandbox, alice, "frame"))["message"]
    assert message["flags"] & (1 << 15)
    assert message["components"][0]["components"][0]["content"] == "inside"


async def test_no_answer_in_time_is_a_failure_that_only_the_person_sees(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.desk.answer_within = 0.05
    stream, other = sandbox.people.events(place.alice), sandbox.people.events(place.ben)
    acted = await sandbox.people.command(place.alice, 2001, "mute")
    event = await stream.next(1)
    assert event["t"] == "INTERACTION_FAILED"
    assert event["d"]["interaction"] == acted["interaction"]
    assert (await sandbox.people.answer(acted))["state"] == "failed"
    with pytest.raises(TimeoutError):
        await other.next(0.02)
    stream.close()
    other.close()


async def test_buttons_still_work_after_the_bot_restarted(sandbox: Sandbox, place: Place):
    class Ack(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"case:(?P<row>\d+)"):
        def __init__(self, row: int) -> None:
            super().__init__(discord.ui.Button(label="I've got this", custom_id=f"case:{row}"))
            self.case = row

        @classmethod
        async def from_custom_id(cls, interaction: Any, item: Any, match: Any, /) -> "Ack":
            return cls(int(match["row"]))

        async def callback(self, interaction: Any) -> None:
            await interaction.response.send_message(f"case {self.case}", ephemeral=True)

    async with connected(sandbox) as client:
        view = discord.ui.View(timeout=None).add_item(Ack(7))
        await client.get_channel(2001).send("page", view=view)  # type: ignore[union-attr]
    async with connected(sandbox) as client:
        client.add_dynamic_items(Ack)
        shown = sandbox.people.messages(place.maria, 2001)[-1]
        acted = await sandbox.people.press(place.maria, 2001, shown, "case:7")
        assert (await sandbox.people.answer(acted))["message"]["content"] == "case 7"
