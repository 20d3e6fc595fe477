"""Every route of the sandbox, asked once: accepted requests and all answers fit Discord's OpenAPI description."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox import Permission, Sandbox
from sandbox.api import BASE
from sandbox.rest.routes import ROUTES
from tests.sandbox.conformance import ABSENT, is_available
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Raw, connected

pytestmark = pytest.mark.skipif(not is_available(), reason=ABSENT)

BUTTON = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
SELECT = {"type": 3, "custom_id": "choose", "options": [{"label": "One", "value": "1", "emoji": {"name": "🙂"}}]}
FRAMED = {
    "type": 17,
    "accent_color": 0x336699,
    "components": [
        {"type": 10, "content": "In a frame"},
        {"type": 9, "components": [{"type": 10, "content": "beside"}], "accessory": BUTTON},
        {"type": 14, "divider": True, "spacing": 2},
        {"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}, "description": "a picture"}]},
        {"type": 1, "components": [{"type": 5, "custom_id": "who"}]},
    ],
}
EMBED = {
    "title": "Title",
    "description": "Text",
    "color": 1,
    "fields": [{"name": "a", "value": "b"}],
    "footer": {"text": "foot"},
    "author": {"name": "who"},
    "image": {"url": "https://example.org/a.png"},
}


class Journey:
    """Asks for every route once."""

    def __init__(self, raw: Raw, place: Place, sandbox: Sandbox) -> None:
        self.raw, self.place, self.sandbox = raw, place, sandbox
        self.me = str(sandbox.world.bot.id)

    async def ask(self, method: str, path: str, body: Any = None, status: int | None = None) -> Any:
        code, answer = await self.raw(method, path, body)
        assert code < 300, (method, path, code, answer)
        assert status in (None, code)
        return answer

    async def users_and_application(self) -> None:
        for path in ("/gateway", "/gateway/bot", "/users/@me", "/users/3001", "/oauth2/applications/@me"):
            await self.ask("GET", path)
        assert len(await self.ask("GET", "/users/@me/guilds?with_counts=true")) == 1
        assert (await self.ask("GET", "/applications/@me"))["flags"]
        params = {"scopes": ["bot", "applications.commands"], "permissions": "1024"}
        wanted = {"description": {"default": "For groups"}, "install_params": params}
        assert (await self.ask("PATCH", "/applications/@me", wanted))["description"] == "For groups"
        await self.ask("POST", "/users/@me/channels", {"recipient_id": "3002"})
        other = self.place.world.add_guild(name="Left", owner=self.place.maria)
        await self.ask("DELETE", f"/users/@me/guilds/{other.id}")
        assert self.place.world.bot.id not in other.members

    async def commands(self) -> None:
        text = {"type": 3, "name": "text", "description": "a text", "required": True, "min_length": 1, "max_length": 9}
        number = {"type": 4, "name": "number", "description": "a number", "choices": [{"name": "one", "value": 1}]}
        place = {"type": 7, "name": "place", "description": "a channel", "channel_types": [0]}
        real = {"type": 10, "name": "real", "description": "a number", "min_value": 0.5, "max_value": 2}
        sub = {"type": 1, "name": "sub", "description": "a part", "options": [text, number, place, real]}
        sample = [
            {"type": 1, "name": "plain", "description": "one", "options": [text]},
            {"type": 1, "name": "parts", "description": "many", "options": [sub], "default_member_permissions": "8"},
            {"type": 2, "name": "On a person", "contexts": [0]},
            {"type": 3, "name": "On a message", "integration_types": [0]},
        ]
        for base in (f"/applications/{self.me}/commands", f"/applications/{self.me}/guilds/1001/commands"):
            made = await self.ask("PUT", base, sample)
            assert len(await self.ask("GET", base)) == 4
            one = f"{base}/{made[0]['id']}"
            await self.ask("GET", one)
            assert (await self.ask("PATCH", one, {"description": "changed"}))["description"] == "changed"
            await self.ask("DELETE", one)
            await self.ask("POST", base, sample[0], status=201)
            await self.ask("POST", base, sample[0], status=200)

    async def channels(self) -> None:
        made = await self.ask("POST", "/guilds/1001/channels", {"name": "New place", "topic": "x", "type": 0})
        await self.ask("POST", "/guilds/1001/channels", {"name": "Voices", "type": 2})
        await self.ask("POST", "/guilds/1001/channels", {"name": "Group", "type": 4})
        assert made["name"] == "new-place"
        await self.ask("GET", "/guilds/1001/channels")
        path = f"/channels/{made['id']}"
        await self.ask("GET", path)
        await self.ask("PATCH", path, {"topic": None, "rate_limit_per_user": 5})
        await self.ask("PUT", f"{path}/permissions/1001", {"type": 0, "allow": "0", "deny": "2048"})
        await self.ask("DELETE", f"{path}/permissions/1001")
        await self.ask("DELETE", path)

    async def messages(self) -> None:
        base = "/channels/2001/messages"
        said = await self.sandbox.people.say(self.place.alice, self.place.general, "hello <@3001>")
        row = {"type": 1, "components": [BUTTON]}
        plain = await self.ask(
            "POST", base, {"content": "x", "embeds": [EMBED], "components": [row], "nonce": "n", "enforce_nonce": True}
        )
        await self.ask("POST", base, {"components": [{"type": 1, "components": [SELECT]}], "content": "y"})
        await self.ask("POST", base, {"components": [FRAMED], "flags": 1 << 15})
        await self.ask("POST", base, {"content": "re", "message_reference": {"message_id": said["id"]}})
        poll = {"question": {"text": "q"}, "answers": [{"poll_media": {"text": "a"}}], "duration": 1}
        await self.ask("POST", base, {"poll": poll})
        await self._with_file(base)
        await self.ask("POST", "/channels/2001/typing")
        one = f"{base}/{plain['id']}"
        await self.ask("PATCH", one, {"content": "changed"})
        await self._reactions(one)
        await self._pins(plain["id"])
        await self.ask("GET", one)
        await self.ask("GET", f"{base}?limit=5&around={plain['id']}")
        await self.ask("DELETE", one)
        two = [(await self.ask("POST", base, {"content": "gone"}))["id"] for _ in range(2)]
        await self.ask("POST", f"{base}/bulk-delete", {"messages": two})

    async def _with_file(self, base: str) -> None:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field(
            "payload_json", '{"content": "file", "attachments": [{"id": 0, "description": "what it shows"}]}'
        )
        form.add_field("files[0]", b"text", filename="a.txt", content_type="application/octet-stream")
        headers = {"Authorization": f"Bot {self.sandbox.token}"}
        async with self.raw.session.post(self.sandbox.api_url + base, data=form, headers=headers) as answer:
            assert answer.status == 200
            assert (await answer.json())["attachments"][0]["description"] == "what it shows"

    async def _reactions(self, one: str) -> None:
        for method, path in (
            ("PUT", "/%F0%9F%99%82/@me"),
            ("GET", "/%F0%9F%99%82"),
            ("DELETE", "/%F0%9F%99%82/@me"),
            ("PUT", "/%F0%9F%99%82/@me"),
            ("DELETE", f"/%F0%9F%99%82/{self.me}"),
            ("PUT", "/%F0%9F%99%82/@me"),
            ("DELETE", "/%F0%9F%99%82"),
            ("DELETE", ""),
        ):
            await self.ask(method, f"{one}/reactions{path}")

    async def _pins(self, message_id: str) -> None:
        for path in ("/channels/2001/messages/pins", "/channels/2001/pins"):
            await self.ask("PUT", f"{path}/{message_id}")
            await self.ask("GET", path)
            await self.ask("DELETE", f"{path}/{message_id}")

    async def threads(self) -> None:
        said = await self.ask("POST", "/channels/2001/messages", {"content": "start"})
        await self.ask("POST", f"/channels/2001/messages/{said['id']}/threads", {"name": "From it"})
        await self.ask("GET", "/channels/2001/messages")
        await self.ask("POST", "/channels/2001/threads", {"name": "Public", "type": 11})
        secret = {"name": "Private", "type": 12, "invitable": False}
        made = await self.ask("POST", "/channels/2001/threads", secret, status=201)
        members = f"/channels/{made['id']}/thread-members"
        await self.ask("PUT", f"{members}/3002")
        await self.ask("GET", members)
        await self.ask("GET", f"{members}/3002?with_member=true")
        await self.ask("DELETE", f"{members}/3002")
        await self.ask("DELETE", f"{members}/@me")
        await self.ask("PUT", f"{members}/@me")
        await self.ask("GET", "/guilds/1001/threads/active")
        await self.ask("PATCH", f"/channels/{made['id']}", {"archived": True, "name": "Renamed"})
        for path in ("threads/archived/public", "threads/archived/private", "users/@me/threads/archived/private"):
            await self.ask("GET", f"/channels/2001/{path}")
        await self.ask("DELETE", f"/channels/{made['id']}")

    async def guild_and_roles(self) -> None:
        await self.ask("GET", "/guilds/1001?with_counts=1")
        await self.ask("PATCH", "/guilds/1001", {"name": "Renamed"})
        made = await self.ask("POST", "/guilds/1001/roles", {"name": "helpers", "permissions": "1024"})
        one = f"/guilds/1001/roles/{made['id']}"
        await self.ask("GET", "/guilds/1001/roles")
        await self.ask("GET", one)
        await self.ask("PATCH", one, {"mentionable": True})
        await self.ask("PUT", f"/guilds/1001/members/3002/roles/{made['id']}")
        await self.ask("DELETE", f"/guilds/1001/members/3002/roles/{made['id']}")
        await self.ask("DELETE", one)

    async def members(self) -> None:
        await self.ask("GET", "/guilds/1001/members?limit=10")
        await self.ask("GET", "/guilds/1001/members/search?query=al")
        await self.ask("GET", "/guilds/1001/members/3002")
        until = (self.sandbox.world.ids.now() + timedelta(hours=1)).isoformat()
        await self.ask("PATCH", "/guilds/1001/members/3002", {"communication_disabled_until": until, "nick": "A"})
        await self.ask("PATCH", "/guilds/1001/members/@me", {"nick": "helper"})
        await self.ask("DELETE", "/guilds/1001/members/3003")
        await self.ask("PUT", "/guilds/1001/bans/3003", {})
        await self.ask("GET", "/guilds/1001/bans")
        await self.ask("GET", "/guilds/1001/bans/3003")
        await self.ask("DELETE", "/guilds/1001/bans/3003")

    async def scheduled_events(self) -> None:
        now = self.sandbox.world.ids.now()
        form = {
            "name": "Session",
            "privacy_level": 2,
            "entity_type": 3,
            "entity_metadata": {"location": "Room 1"},
            "scheduled_start_time": (now + timedelta(hours=1)).isoformat(),
            "scheduled_end_time": (now + timedelta(hours=2)).isoformat(),
        }
        base = "/guilds/1001/scheduled-events"
        made = await self.ask("POST", base, form)
        self.place.guild.events[int(made["id"])].interested.add(self.place.alice.id)
        one = f"{base}/{made['id']}"
        await self.ask("GET", f"{base}?with_user_count=true")
        await self.ask("GET", one)
        await self.ask("PATCH", one, {"description": "weekly"})
        await self.ask("GET", f"{one}/users?with_member=true")
        await self.ask("DELETE", one)

    async def automod(self) -> None:
        base = "/guilds/1001/auto-moderation/rules"
        alert = {"type": 2, "metadata": {"channel_id": "2002"}}
        late = {"type": 3, "metadata": {"duration_seconds": 60}}
        made = await self.ask(
            "POST",
            base,
            {
                "name": "Words",
                "event_type": 1,
                "trigger_type": 1,
                "trigger_metadata": {"keyword_filter": ["cat*"]},
                "actions": [{"type": 1, "metadata": {"custom_message": "no"}}, alert, late],
                "enabled": True,
            },
        )
        await self.ask("GET", base)
        await self.ask("GET", f"{base}/{made['id']}")
        await self.ask("PATCH", f"{base}/{made['id']}", {"enabled": False})
        await self.ask("DELETE", f"{base}/{made['id']}")

    async def interactions(self) -> None:
        await self.ask("PUT", f"/applications/{self.me}/commands", [{"type": 1, "name": "go", "description": "x"}])
        people, place = self.sandbox.people, self.place
        used = await people.command(place.alice, place.general, "go")
        subject = self.sandbox.desk.interactions[int(used["interaction"])]
        base = f"/interactions/{subject.id}/{subject.token}/callback?with_response=true"
        data = {"content": "first", "components": [{"type": 1, "components": [BUTTON]}]}
        first = await self.ask("POST", base, {"type": 4, "data": data})
        hook = f"/webhooks/{self.me}/{subject.token}"
        for name in ("@original", (await self.ask("POST", hook, {"content": "more", "flags": 64}))["id"]):
            await self.ask("GET", f"{hook}/messages/{name}")
            await self.ask("PATCH", f"{hook}/messages/{name}", {"content": "changed"})
            if name == "@original":
                await self._component(first["resource"]["message"]["id"])
            await self.ask("DELETE", f"{hook}/messages/{name}")

    async def _component(self, message_id: str) -> None:
        people, place = self.sandbox.people, self.place
        label = {"type": 18, "label": "Name", "component": {"type": 4, "style": 1, "custom_id": "name"}}
        for answer in (
            {"type": 9, "data": {"title": "Form", "custom_id": "form", "components": [label]}},
            {"type": 6},
            {"type": 5, "data": {"flags": 64}},
            {"type": 7, "data": {"content": "updated"}},
        ):
            pressed = await people.press(place.alice, place.general, message_id, "press")
            subject = self.sandbox.desk.interactions[int(pressed["interaction"])]
            await self.ask("POST", f"/interactions/{subject.id}/{subject.token}/callback?with_response=true", answer)
            if answer["type"] == 9:
                sent = await people.submit(place.alice, subject.id, {"name": "Al"})
                subject = self.sandbox.desk.interactions[int(sent["interaction"])]
                reply = {"type": 4, "data": {"content": "thanks"}}
                await self.ask("POST", f"/interactions/{subject.id}/{subject.token}/callback", reply, status=204)


async def test_every_route_is_answered_as_discord_describes_it(sandbox: Sandbox, place: Place, raw: Raw):
    own = place.guild.roles[place.guild.members[sandbox.world.bot.id].roles[0]]
    own.permissions |= Permission.SEND_POLLS
    journey = Journey(raw, place, sandbox)
    legs: list[Callable[[], Coroutine[Any, Any, None]]] = [
        journey.users_and_application,
        journey.commands,
        journey.channels,
        journey.messages,
        journey.threads,
        journey.guild_and_roles,
        journey.interactions,
        journey.scheduled_events,
        journey.automod,
        journey.members,
    ]
    for leg in legs:
        await leg()
    asked = {(record.method, record.route) for record in sandbox.requests if record.status < 300}
    assert {(route.method, route.path) for route in ROUTES} - asked == set()
    checker: Any = sandbox.api.checker
    assert not checker.problems, "\n".join(checker.problems)
    assert len(checker.seen) == len(ROUTES)
    assert BASE == "/api/v10"


async def test_a_wrong_answer_would_be_found(sandbox: Sandbox, place: Place):
    checker: Any = sandbox.api.checker
    for body in ({"id": 3001}, {"id": "3001", "surprise": 1}, None):
        checker("GET", "/users/3001", None)
        checker("GET", "/users/3001", body, 200)
        assert checker.problems != []
        checker.problems.clear()


async def test_a_real_clients_requests_fit_the_description(sandbox: Sandbox, place: Place):
    async with connected(sandbox) as client:
        channel: Any = client.get_channel(2001)
        message = await channel.send("hello")
        await message.edit(content="changed")
        await message.add_reaction("🙂")
        await message.delete()
    checker: Any = sandbox.api.checker
    assert ("PATCH", "/channels/{channel_id}/messages/{message_id}") in checker.seen
