"""The control API, the page's files and the guard around them."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox import NotAllowed, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot


class Control:
    """Calls the control API as the page does."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox, self.session = sandbox, session

    async def __call__(self, method: str, path: str, /, status: int = 200, **body: Any) -> Any:
        given = {"as_": "as", "with_": "with"}
        named = {given.get(key, key): value for key, value in body.items()}
        sent = {"params": named} if method in ("GET", "DELETE") else {"json": named}
        url = f"{self.sandbox.page_url}_sandbox/{path}"
        async with self.session.request(method, url, **sent) as answer:  # type: ignore[arg-type]
            assert answer.status == status, await answer.text()
            return await answer.json()


@pytest.fixture
async def control(sandbox: Sandbox, place: Place) -> AsyncIterator[Control]:
    async with aiohttp.ClientSession() as session:
        yield Control(sandbox, session)


async def test_those_who_can_be_played_are_listed(control: Control, sandbox: Sandbox):
    answer = await control("GET", "people")
    assert answer["tour"] is False
    assert answer["people"][0] == {"id": "3001", "name": "Maria", "about": "leads the group"}
    assert [person["name"] for person in answer["people"]] == ["Maria", "Alice", "Ben"]
    assert answer["bot"]["id"] == str(sandbox.world.bot.id)


async def test_the_state_shows_only_what_the_person_sees(control: Control):
    alice, maria = await control("GET", "state", as_="3002"), await control("GET", "state", as_="3001")
    assert [channel["name"] for channel in alice["guilds"][0]["channels"]] == ["general"]
    assert [channel["name"] for channel in maria["guilds"][0]["channels"]] == ["general", "care"]
    assert alice["me"]["username"] == "alice"
    assert {member["user"]["username"] for member in alice["guilds"][0]["members"]} >= {"alice", "ben", "sandbox-bot"}
    assert datetime.fromisoformat(alice["clock"]).tzinfo
    await control("GET", "state", as_="99", status=403)
    await control("GET", "state", status=400)


async def test_unread_messages_are_counted_until_they_are_read(control: Control):
    async def unread(person: str) -> int:
        state = await control("GET", "state", as_=person)
        count: int = state["guilds"][0]["channels"][0]["unread"]
        return count

    await control("POST", "say", as_="3002", channel="2001", content="one")
    assert [await unread("3002"), await unread("3003")] == [0, 1]
    await control("GET", "messages", as_="3003", channel="2001")
    assert await unread("3003") == 0


async def test_messages_are_written_edited_reacted_to_and_deleted(control: Control, bot: Bot):
    file = {"name": "a.txt", "type": "text/plain", "base64": base64.b64encode(b"hi").decode()}
    said = await control("POST", "say", as_="3002", channel="2001", content="one", files=[file], spoiler=True)
    assert said["attachments"][0]["filename"] == "SPOILER_a.txt"
    where = {"channel": "2001", "message": said["id"]}
    assert (await control("POST", "edit", as_="3002", content="two", **where))["content"] == "two"
    await control("POST", "react", as_="3003", emoji="🙂", **where)
    await control("POST", "unreact", as_="3003", emoji="🙂", **where)
    await control("POST", "pin", as_="3001", **where)
    await control("POST", "typing", as_="3002", channel="2001")
    await control("POST", "unfurl", embeds=[{"type": "link", "title": "t"}], **where)
    answer = await control("POST", "say", as_="3003", channel="2001", content="re", reply_to=said["id"])
    assert answer["referenced_message"]["content"] == "two"
    refused = await control("POST", "delete", as_="3003", status=403, **where)
    assert "permission" in refused["error"]
    assert await control("POST", "delete", as_="3002", **where) == {}
    await bot.hear("message_delete")


async def test_events_stream_to_the_page(control: Control, sandbox: Sandbox, place: Place):
    url = f"{sandbox.page_url}_sandbox/events"
    async with control.session.get(url, params={"as": "3002"}) as answer:
        assert answer.content_type == "text/event-stream"
        await answer.content.readuntil(b"\n\n")
        await control("POST", "say", as_="3001", channel="2002", content="hidden")
        await control("POST", "say", as_="3003", channel="2001", content="shown")
        line = await answer.content.readuntil(b"\n\n")
        event = json.loads(line.removeprefix(b"data: "))
        assert (event["t"], event["d"]["content"]) == ("MESSAGE_CREATE", "shown")
        now = (await control("POST", "clock", advance=3600))["now"]
        event = json.loads((await answer.content.readuntil(b"\n\n")).removeprefix(b"data: "))
        assert event == {"t": "CLOCK", "d": {"now": now}}
    async with control.session.get(url, params={"as": "99"}) as answer:
        assert answer.status == 403


async def test_commands_buttons_and_forms_go_through_the_control_api(control: Control, sandbox: Sandbox, bot: Bot):
    import discord

    class Sure(discord.ui.View):
        @discord.ui.button(label="Yes", custom_id="yes")
        async def yes(self, interaction: Any, button: Any) -> None:
            await interaction.response.send_modal(Why())

    class Why(discord.ui.Modal, title="Why"):
        reason = discord.ui.Label[Any](text="Reason", component=discord.ui.TextInput(custom_id="reason"))

        async def on_submit(self, interaction: Any) -> None:
            await interaction.response.send_message(self.reason.component.value, ephemeral=True)  # type: ignore[attr-defined]

    @bot.tree.command(description="asks")
    async def ask(interaction: discord.Interaction, what: str) -> None:
        await interaction.response.send_message(what, view=Sure())

    @ask.autocomplete("what")
    async def what(interaction: discord.Interaction, current: str) -> list[discord.app_commands.Choice[str]]:
        return [discord.app_commands.Choice(name=current, value=current)]

    @bot.tree.context_menu(name="Report")
    async def report(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message("reported", ephemeral=True)

    await bot.tree.sync()
    where: dict[str, Any] = {"as_": "3002", "channel": "2001"}
    assert {c["name"] for c in (await control("GET", "commands", **where))["commands"]} == {"ask", "Report"}
    choices = await control("POST", "autocomplete", name="ask", options={"what": "su"}, focused="what", **where)
    assert choices == {"choices": [{"name": "su", "value": "su"}]}
    used = await control("POST", "command", name="ask", options={"what": "sure?"}, **where)
    shown = (await sandbox.people.answer(used))["message"]
    pressed = await control("POST", "press", message=shown["id"], custom_id="yes", **where)
    modal = (await sandbox.people.answer(pressed))["modal"]
    sent = await control("POST", "submit", as_="3002", modal=modal["id"], values={"reason": "because"})
    answer = (await sandbox.people.answer(sent))["message"]
    assert answer["content"] == "because"
    assert (await control("GET", "messages", **where))["messages"][-1]["flags"] & 64
    await control("POST", "dismiss", as_="3002", message=answer["id"])
    acted = await control("POST", "context", name="Report", target=shown["id"], type="message", **where)
    assert (await sandbox.people.answer(acted))["message"]["content"] == "reported"
    await control("POST", "command", name="ask", options={}, status=403, **where)


async def test_a_server_is_arranged_from_outside(control: Control, sandbox: Sandbox, place: Place):
    made = await control("POST", "channel", guild="1001", name="New One", overwrites=[{"id": "1001", "deny": "2048"}])
    assert made["name"] == "new-one"
    role = sandbox.world.add_role(place.guild, name="team")
    await control("POST", "roles", member="3002", guild="1001", roles=[str(role.id)])
    await control("POST", "permissions", guild="1001", target=str(role.id), channel="2002", allow=str(1 << 10))
    assert len((await control("GET", "state", as_="3002"))["guilds"][0]["channels"]) == 3
    await control("POST", "permissions", guild="1001", target="1001", deny=str(1 << 11))
    await control("POST", "say", as_="3002", channel="2001", content="x", status=403)
    await control("POST", "channel", delete=made["id"])
    await control("POST", "nickname", member="3002", guild="1001", nick="Al")
    await control("POST", "time_out", member="3002", guild="1001", until="2099-01-01T00:00:00+00:00")
    await control("POST", "leave", as_="3003", guild="1001")
    await control("POST", "join", as_="3003", guild="1001")
    rule = await control("POST", "automod", as_="3001", guild="1001", keywords=["cat"], alert_channel="2002")
    assert rule["trigger_metadata"]["keyword_filter"] == ["cat"]
    await control("POST", "roles", member="99", guild="1001", roles=[], status=403)
    await control("POST", "channel", delete="99", status=403)


async def test_conversations_and_threads_are_opened(control: Control):
    with_bot = await control("POST", "dm", as_="3002")
    assert with_bot["type"] == 1
    await control("POST", "dm", as_="3002", with_="3003")
    await control("POST", "dms", as_="3002", open=False)
    thread = await control("POST", "thread", as_="3002", channel="2001", name="quiet", private=True)
    assert thread["type"] == 12
    await control("POST", "add_to_thread", as_="3002", channel=thread["id"], member="3003")
    await control("POST", "leave_thread", as_="3003", channel=thread["id"])
    await control("POST", "archive", channel=thread["id"])
    state = await control("GET", "state", as_="3002")
    assert (len(state["dms"]), state["guilds"][0]["threads"]) == (2, [])


async def test_faults_are_set_listed_and_ended(control: Control, sandbox: Sandbox, bot: Bot):
    await control("POST", "faults", kind="5xx", count=2, path="/users")
    await control("POST", "faults", kind="offline")
    assert [fault["kind"] for fault in (await control("GET", "faults"))["faults"]] == ["5xx", "offline"]
    await control("DELETE", "faults")
    assert (await control("GET", "faults"))["faults"] == []
    await bot.hear("shard_resumed")
    await control("POST", "faults", kind="fire", status=403)
    await control("POST", "faults", status=400)


async def test_the_requests_of_the_bot_can_be_read(control: Control, bot: Bot):
    before = (await control("GET", "requests"))["next"]
    await bot.get_partial_messageable(2001).send("hello")
    answer = await control("GET", "requests", since=str(before))
    request = answer["requests"][0]
    assert (request["method"], request["path"], request["status"]) == ("POST", "/channels/2001/messages", 200)
    assert request["body"]["content"] == "hello"


async def test_the_clock_is_moved_if_it_can_be(control: Control, sandbox: Sandbox):
    now = datetime.fromisoformat((await control("POST", "clock", to="2030-01-01T00:00:00+00:00"))["now"])
    assert now == datetime(2030, 1, 1, tzinfo=UTC)
    sandbox.clock = None
    assert "cannot be moved" in (await control("POST", "clock", advance=1, status=409))["error"]


async def test_what_cannot_be_understood_is_said(control: Control):
    assert "channel is missing" in (await control("POST", "say", as_="3002", status=400))["error"]
    assert (await control("GET", "nothing", status=404))["error"]
    assert (await control("GET", "tour", status=404))["error"]
    assert "no id" in (await control("GET", "messages", as_="x", channel="2001", status=403))["error"]


class Steps:
    """A tour of one step."""

    def __init__(self) -> None:
        self.done = False

    def steps(self) -> list[dict[str, Any]]:
        return [{"id": "first", "title": "First", "text": "Do it", "button": "Do", "done": self.done}]

    async def do(self, step_id: str, /) -> None:
        self.done = True


async def test_a_tour_is_offered_and_its_steps_are_done():
    sandbox = Sandbox(tour=Steps())
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        control = Control(sandbox, session)
        assert (await control("GET", "tour"))["steps"][0]["done"] is False
        assert (await control("POST", "tour/first"))["steps"][0]["done"] is True
        assert "no step second" in (await control("POST", "tour/second", status=400))["error"]
    await sandbox.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_requests_from_elsewhere_are_refused(control: Control, sandbox: Sandbox, headers: dict[str, str]):
    for path in ("_sandbox/people", "", "api/v10/gateway"):
        async with control.session.get(sandbox.page_url + path, headers=headers) as answer:
            assert answer.status == 403


async def test_the_page_itself_may_ask(control: Control, sandbox: Sandbox):
    headers = {"Origin": sandbox.page_url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    async with control.session.get(sandbox.page_url + "_sandbox/people", headers=headers) as answer:
        assert answer.status == 200


async def test_it_listens_on_loopback_only():
    for host in ("0.0.0.0", "192.168.1.1", "example.org"):
        with pytest.raises(ValueError, match="loopback"):
            await Sandbox().start(host=host)


async def test_the_page_is_served_with_a_strict_policy(control: Control, sandbox: Sandbox):
    async with control.session.get(sandbox.page_url) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; img-src 'self' data: blob:")
    async with control.session.get(sandbox.page_url + "page/icon.svg") as answer:
        assert (answer.status, answer.content_type) == (200, "image/svg+xml")
    for path in ("page/missing.js", "page/..%2fserver.py", "page/%2e%2e/server.py", "page/a%5cb"):
        async with control.session.get(sandbox.page_url + path) as answer:
            assert answer.status == 404, path


async def test_an_uploaded_page_is_not_shown_as_one(control: Control, sandbox: Sandbox, place: Place):
    files = [{"name": "a.html", "content": b"<script>"}, {"name": "a.svg", "content": b"<svg/>"}]
    said = await sandbox.people.say(place.alice, place.general, files=files)
    for attachment in said["attachments"]:
        async with control.session.get(attachment["url"]) as answer:
            assert answer.headers["Content-Disposition"] == "attachment"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with control.session.get(sandbox.page_url + "attachments/1/1/a.txt") as answer:
        assert answer.status == 404


async def test_waiting_for_what_does_not_come_says_so(sandbox: Sandbox, place: Place):
    with pytest.raises(TimeoutError, match="Alice saw no fitting message in channel 2001"):
        await sandbox.people.expect_message(place.alice, place.general, within=0.01)
    with pytest.raises(TimeoutError, match="did not come true"):
        await sandbox.people.until(lambda: False, within=0.01)
    with pytest.raises(NotAllowed, match="nobody"):
        await sandbox.people.say(sandbox.world.bot, place.general, "as the bot")
