"""Discord's documented limits, each refused with Discord's own error body."""

import io
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Raw

V2 = 1 << 15


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "x"} | changes


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def select(**changes: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]} | changes


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


OPTIONS = [{"label": str(n), "value": str(n)} for n in range(26)]
MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"content": "x" * 2001}, "content"),
    ({"content": 5}, "content"),
    ({"content": "x", "nonce": "n" * 26}, "nonce"),
    ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    ({"embeds": [{}]}, "embeds.0.description"),
    ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "embeds.0.fields"),
    ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, "embeds.0.fields.0.name"),
    ({"embeds": [{"fields": [{"name": "n", "value": "x" * 1025}]}]}, "embeds.0.fields.0.value"),
    ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
    ({"embeds": [{"author": {"name": "x" * 257}}]}, "embeds.0.author.name"),
    ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "embeds"),
    ({"embeds": [{"title": "x", "color": 1 << 24}]}, "embeds.0.color"),
    ({"embeds": [{"image": {"url": "ftp://x"}}]}, "embeds.0.image.url"),
    ({"embeds": "x"}, "embeds"),
    ({"embeds": ["x"]}, "embeds.0"),
    ({"content": "x", "components": [row(button(custom_id=str(n))) for n in range(6)]}, "components"),
    ({"content": "x", "components": [row(*[button(custom_id=str(n)) for n in range(6)])]}, "components.0.components"),
    ({"content": "x", "components": [row()]}, "components.0.components"),
    ({"content": "x", "components": [button()]}, "components.0.type"),
    ({"content": "x", "components": ["x"]}, "components.0"),
    ({"content": "x", "components": [row(button(), button())]}, "components.0.components.1.custom_id"),
    ({"content": "x", "components": [row(button(custom_id="x" * 101))]}, "components.0.components.0.custom_id"),
    ({"content": "x", "components": [row(button(custom_id=None))]}, "components.0.components.0.custom_id"),
    ({"content": "x", "components": [row(button(label="x" * 81))]}, "components.0.components.0.label"),
    ({"content": "x", "components": [row(button(label=None))]}, "components.0.components.0"),
    ({"content": "x", "components": [row(button(style=9))]}, "components.0.components.0.style"),
    ({"content": "x", "components": [row(button(style=5))]}, "components.0.components.0.url"),
    ({"content": "x", "components": [row(button(url="https://x"))]}, "components.0.components.0.url"),
    ({"content": "x", "components": [row(select(), button())]}, "components.0.components"),
    ({"content": "x", "components": [row(select(options=[]))]}, "components.0.components.0.options"),
    ({"content": "x", "components": [row(select(options=OPTIONS))]}, "components.0.components.0.options"),
    ({"content": "x", "components": [row(select(placeholder="x" * 151))]}, "components.0.components.0.placeholder"),
    ({"content": "x", "components": [row(select(min_values=2))]}, "components.0.components.0.min_values"),
    ({"content": "x", "components": [row(select(max_values=2))]}, "components.0.components.0.max_values"),
    (
        {"content": "x", "components": [row(select(options=[{"label": "a", "value": "a"}] * 2))]},
        "components.0.components.0.options.1.value",
    ),
    ({"content": "x", "components": [text()]}, "components.0.type"),
    ({"content": "x", "flags": V2, "components": [text()]}, "content"),
    ({"embeds": [{"title": "x"}], "flags": V2, "components": [text()]}, "embeds"),
    ({"flags": V2, "components": [text() for _ in range(41)]}, "components"),
    ({"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]}, "components"),
    ({"flags": V2, "components": [text("")]}, "components.0.content"),
    ({"flags": V2, "components": [{"type": 9, "components": [text()]}]}, "components.0.accessory"),
    (
        {"flags": V2, "components": [{"type": 9, "components": [text()] * 4, "accessory": button()}]},
        "components.0.components",
    ),
    ({"flags": V2, "components": [{"type": 17, "components": [button()]}]}, "components.0.components.0.type"),
    ({"flags": V2, "components": [{"type": 12, "items": []}]}, "components.0.items"),
    ({"flags": V2, "components": [{"type": 13, "file": {"url": "https://x"}}]}, "components.0.file.url"),
    ({"flags": V2, "components": [text() | {"id": 3}, text() | {"id": 3}]}, "components.1.id"),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
    ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0"),
    ({"content": "x", "allowed_mentions": {"users": [str(n) for n in range(101)]}}, "allowed_mentions.users"),
    ({"content": "x", "message_reference": {"type": 1, "message_id": "1"}}, "message_reference.type"),
    ({"content": "x", "message_reference": {"message_id": "99"}}, "message_reference"),
    ({"poll": {"question": {"text": "x" * 301}, "answers": [{"poll_media": {"text": "a"}}]}}, "poll.question.text"),
    ({"poll": {"question": {"text": "x"}, "answers": []}}, "poll.answers"),
]


def errors_at(body: dict[str, Any], path: str) -> list[dict[str, str]]:
    """Follow a path into Discord's nested errors."""
    place = body["errors"]
    for part in path.split("."):
        place = place[part]
    found: list[dict[str, str]] = place["_errors"]
    return found


@pytest.mark.parametrize(("form", "path"), MESSAGES)
async def test_a_message_beyond_the_limits_is_refused_at_the_right_field(raw: Raw, form: dict[str, Any], path: str):
    status, body = await raw("POST", "/channels/2001/messages", form)
    assert (status, body["code"], body["message"]) == (400, 50035, "Invalid Form Body")
    assert errors_at(body, path)[0].keys() == {"code", "message"}


@pytest.mark.parametrize(
    "form",
    [
        {"content": "x" * 2000},
        {"content": "x", "nonce": "n" * 25},
        {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3000}]},
        {"embeds": [{"title": "x" * 256, "fields": [{"name": "n", "value": "x" * 100}] * 25}]},
        {"content": "x", "components": [row(*[button(custom_id=f"{r}{n}") for n in range(5)]) for r in range(5)]},
        {"content": "x", "components": [row(select(options=OPTIONS[:25], min_values=0, max_values=25))]},
        {"flags": V2, "components": [text("x" * 4000)]},
        {"flags": V2, "components": [text() for _ in range(40)]},
        {"content": "x", "components": [row(button(style=5, custom_id=None, url="https://example.org"))]},
        {"content": "x", "components": [row(button(label=None, emoji={"name": "🙂"}))]},
    ],
)
async def test_a_message_just_within_the_limits_is_sent(raw: Raw, form: dict[str, Any]):
    assert (await raw("POST", "/channels/2001/messages", form))[0] == 200


@pytest.mark.parametrize("form", [{}, {"content": ""}, {"content": "  \n"}, {"content": None, "embeds": []}])
async def test_an_empty_message_is_refused(raw: Raw, form: dict[str, Any]):
    status, body = await raw("POST", "/channels/2001/messages", form)
    assert (status, body["code"]) == (400, 50006)


async def test_stickers_of_nowhere_are_refused(raw: Raw):
    status, body = await raw("POST", "/channels/2001/messages", {"sticker_ids": ["1"]})
    assert (status, body["code"]) == (400, 50081)


async def test_a_body_that_is_no_json_is_refused(sandbox: Sandbox, raw: Raw):
    headers = {"Authorization": f"Bot {sandbox.token}", "Content-Type": "application/json"}
    for data in (b"{", b"[1]"):
        url = f"{sandbox.api_url}/channels/2001/messages"
        async with raw.session.post(url, data=data, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 50109)


async def test_files_have_a_size_and_a_number(sandbox: Sandbox, raw: Raw):
    headers = {"Authorization": f"Bot {sandbox.token}"}
    url = f"{sandbox.api_url}/channels/2001/messages"
    for contents, status, code in (([b"x" * (10 * 1024 * 1024 + 1)], 413, 40005), ([b"x"] * 11, 400, 50035)):
        form = aiohttp.FormData(quote_fields=False)
        for index, content in enumerate(contents):
            form.add_field(f"files[{index}]", io.BytesIO(content), filename="a.txt")
        async with raw.session.post(url, data=form, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (status, code)


async def test_a_components_message_stays_one(bot: Bot, place: Place):
    channel: Any = bot.get_channel(2001)
    view = discord.ui.LayoutView().add_item(discord.ui.TextDisplay("text"))
    sent = await channel.send(view=view)
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.http.edit_message(2001, sent.id, params=discord.http.handle_message_parameters(content="plain"))
    assert refusal.value.code == 50035
    plain = await channel.send("plain")
    changed = await plain.edit(content=None, view=view)
    assert changed.flags.components_v2


def option(**changes: Any) -> dict[str, Any]:
    return {"type": 3, "name": "text", "description": "x"} | changes


def command(**changes: Any) -> dict[str, Any]:
    return {"name": "go", "description": "x"} | changes


CHOICES = [{"name": str(n), "value": str(n)} for n in range(26)]
COMMANDS: list[tuple[dict[str, Any], str]] = [
    (command(name="Upper"), "name"),
    (command(name="two words"), "name"),
    (command(name=""), "name"),
    (command(name="x" * 33), "name"),
    (command(description=""), "description"),
    (command(description="x" * 101), "description"),
    (command(options=[option(name=f"o{n}") for n in range(26)]), "options"),
    (command(options=[option(), option()]), "options.1.name"),
    (command(options=[option(), option(name="b", required=True)]), "options.1"),
    (command(options=[option(name="B")]), "options.0.name"),
    (command(options=[option(description="")]), "options.0.description"),
    (command(options=[option(type=99)]), "options.0.type"),
    (command(options=[option(choices=CHOICES)]), "options.0.choices"),
    (command(options=[option(choices=CHOICES[:1], autocomplete=True)]), "options.0"),
    (command(options=[option(choices=[{"name": "", "value": "x"}])]), "options.0.choices.0.name"),
    (command(options=[option(type=5, choices=CHOICES[:1])]), "options.0.choices"),
    (command(options=[option(type=4, choices=[{"name": "x", "value": 2**53 + 1}])]), "options.0.choices.0.value"),
    (command(options=[option(max_length=6001)]), "options.0.max_length"),
    (command(options=[option(), {"type": 1, "name": "sub", "description": "x"}]), "options"),
    (command(options=["x"]), "options.0"),
    (
        command(options=[{"type": 2, "name": "g", "description": "x", "options": [
            {"type": 2, "name": "g", "description": "x"}]}]),
        "options.0.options.0",
    ),
    ({"type": 2, "name": "Menu", "description": "x"}, "description"),
    ({"type": 3, "name": "x" * 33}, "name"),
    (
        command(options=[option(name=f"o{n}", choices=[
            {"name": f"{i}".ljust(100, "x"), "value": f"{i}".ljust(100, "y")} for i in range(20)]) for n in range(3)]),
        "options",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("form", "path"), COMMANDS)
async def test_a_command_beyond_the_limits_is_refused_at_the_right_field(
    sandbox: Sandbox, raw: Raw, form: dict[str, Any], path: str
):
    base = f"/applications/{sandbox.world.application.id}/commands"
    status, body = await raw("POST", base, form)
    assert (status, body["code"]) == (400, 50035)
    assert errors_at(body, path)
    status, body = await raw("PUT", base, [form])
    assert errors_at(body, f"0.{path}")


async def test_there_are_a_hundred_commands_at_most_and_their_names_are_unique(sandbox: Sandbox, raw: Raw):
    base = f"/applications/{sandbox.world.application.id}/commands"
    many = [command(name=f"c{n}") for n in range(101)]
    status, body = await raw("PUT", base, many)
    assert (status, body["code"]) == (400, 30032)
    assert (await raw("PUT", base, many[:100]))[0] == 200
    status, body = await raw("POST", base, command(name="more"))
    assert (status, body["code"]) == (400, 30032)
    status, body = await raw("PUT", base, [command(), command()])
    assert errors_at(body, "1.name")


async def test_replaced_commands_keep_their_ids(sandbox: Sandbox, raw: Raw):
    base = f"/applications/{sandbox.world.application.id}/commands"
    first = (await raw("PUT", base, [command(), command(name="other")]))[1]
    second = (await raw("PUT", base, [command(description="changed")]))[1]
    assert [c["id"] for c in second] == [first[0]["id"]]
    assert second[0]["version"] != first[0]["version"]


@pytest.mark.parametrize(
    ("method", "path", "form", "field"),
    [
        ("POST", "/guilds/1001/channels", {"name": ""}, "name"),
        ("POST", "/guilds/1001/channels", {"name": "x" * 101}, "name"),
        ("POST", "/guilds/1001/channels", {"name": "x", "topic": "x" * 1025}, "topic"),
        ("POST", "/guilds/1001/channels", {"name": "x", "type": 99}, "type"),
        ("POST", "/guilds/1001/channels", {"name": "x", "parent_id": "2001"}, "parent_id"),
        ("PATCH", "/channels/2001", {"rate_limit_per_user": 21601}, "rate_limit_per_user"),
        ("PATCH", "/guilds/1001", {"name": "x"}, "name"),
        ("POST", "/guilds/1001/roles", {"name": "x" * 101}, "name"),
        ("PATCH", "/guilds/1001/members/3002", {"nick": "x" * 33}, "nick"),
        ("PATCH", "/applications/@me", {"tags": ["x"] * 6}, "tags"),
    ],
)
async def test_other_things_have_limits_too(raw: Raw, method: str, path: str, form: dict[str, Any], field: str):
    status, body = await raw(method, path, form)
    assert (status, body["code"]) == (400, 50035)
    assert errors_at(body, field)
