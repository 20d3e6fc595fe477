"""The control API below `/_sandbox`: everything that people can do, as JSON over HTTP."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.errors import NotAllowed
from sandbox.faults import Fault
from sandbox.model import JSON

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Act = Callable[[JSON], Awaitable[Any]]
KEEP_ALIVE_S = 15
FAULT_FIELDS = ("kind", "count", "path", "seconds", "lose_answer")


class Missing(Exception):
    """A field that an act needs is not there."""


class Control:
    """Serves the control API."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox
        self._streams: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def add_to(self, app: web.Application) -> None:
        """Add all routes to the application."""
        reads: dict[str, Act] = {
            "people": self._people,
            "state": self._state,
            "messages": self._messages,
            "commands": self._commands,
            "faults": self._faults,
            "requests": self._requests,
        }
        for name, act in reads.items():
            app.router.add_get(f"/_sandbox/{name}", self._serving(act, from_query=True))
        for name, act in self._acts().items():
            app.router.add_post(f"/_sandbox/{name}", self._serving(act))
        app.router.add_delete("/_sandbox/faults", self._serving(self._end_faults, from_query=True))
        app.router.add_get("/_sandbox/events", self._events)
        if self.sandbox.tour:
            app.router.add_get("/_sandbox/tour", self._serving(self._tour, from_query=True))
            app.router.add_post("/_sandbox/tour/{id}", self._serving(self._do_step))
        app.router.add_route("*", "/_sandbox/{rest:.*}", _nothing_here)

    def _serving(self, act: Act, *, from_query: bool = False) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            try:
                given = dict(request.query) if from_query else await _body(request)
                answer = await act(given | dict(request.match_info))
            except NotAllowed as refusal:
                status = 409 if request.path.endswith("/clock") else 403
                return web.json_response({"error": str(refusal)}, status=status)
            except (Missing, TypeError, ValueError) as error:
                return web.json_response({"error": f"This request cannot be understood: {error}"}, status=400)
            return web.json_response({} if answer is None else answer)

        return serve

    def _acts(self) -> dict[str, Act]:
        people = self.sandbox.people
        return {
            "say": lambda b: people.say(
                _get(b, "as"),
                _get(b, "channel"),
                b.get("content") or "",
                reply_to=b.get("reply_to"),
                files=b.get("files") or (),
                spoiler=bool(b.get("spoiler")),
            ),
            "edit": lambda b: people.edit(*_where(b), _get(b, "message"), _get(b, "content")),
            "delete": lambda b: people.delete(*_where(b), _get(b, "message")),
            "react": lambda b: people.react(*_where(b), _get(b, "message"), _get(b, "emoji")),
            "unreact": lambda b: people.unreact(*_where(b), _get(b, "message"), _get(b, "emoji")),
            "typing": lambda b: people.type(*_where(b)),
            "pin": lambda b: people.pin(*_where(b), _get(b, "message"), pinned=bool(b.get("pinned", True))),
            "unfurl": lambda b: people.unfurl(_get(b, "channel"), _get(b, "message"), _get(b, "embeds")),
            "command": lambda b: people.command(*_where(b), _get(b, "name"), b.get("options")),
            "autocomplete": self._autocomplete,
            "context": lambda b: people.context(*_where(b), _get(b, "name"), _get(b, "target"), kind=_get(b, "type")),
            "press": lambda b: people.press(*_where(b), _get(b, "message"), _get(b, "custom_id"), b.get("values")),
            "submit": lambda b: people.submit(_get(b, "as"), _get(b, "modal"), b.get("values")),
            "dismiss": lambda b: people.dismiss(_get(b, "as"), _get(b, "message")),
            "dm": lambda b: people.dm(_get(b, "as"), b.get("with")),
            "dms": lambda b: people.dms(_get(b, "as"), accept=bool(_get(b, "open"))),
            "thread": lambda b: people.thread(
                *_where(b), _get(b, "name"), message=b.get("message"), private=bool(b.get("private"))
            ),
            "join_thread": lambda b: people.join_thread(*_where(b)),
            "leave_thread": lambda b: people.leave_thread(*_where(b)),
            "add_to_thread": lambda b: people.add_to_thread(*_where(b), _get(b, "member")),
            "archive": lambda b: people.archive(
                _get(b, "channel"), archived=bool(b.get("archived", True)), locked=b.get("locked")
            ),
            "nickname": lambda b: people.nickname(_get(b, "member"), _get(b, "guild"), b.get("nick")),
            "time_out": lambda b: people.time_out(_get(b, "member"), _get(b, "guild"), _moment(b.get("until"))),
            "join": lambda b: people.join(_get(b, "as"), _get(b, "guild")),
            "leave": lambda b: people.leave(_get(b, "as"), _get(b, "guild")),
            "kick": lambda b: people.kick(_get(b, "as"), _get(b, "guild"), _get(b, "member")),
            "ban": lambda b: people.ban(_get(b, "as"), _get(b, "guild"), _get(b, "member"), b.get("reason")),
            "roles": lambda b: people.roles(_get(b, "member"), _get(b, "guild"), _get(b, "roles")),
            "permissions": lambda b: people.permissions(
                _get(b, "guild"),
                _get(b, "target"),
                channel=b.get("channel"),
                allow=int(b.get("allow") or 0),
                deny=int(b.get("deny") or 0),
            ),
            "channel": self._channel,
            "automod": lambda b: people.automod(
                _get(b, "as"), _get(b, "guild"), _get(b, "keywords"), b.get("alert_channel")
            ),
            "faults": self._inflict,
            "clock": self._clock,
        }

    async def _people(self, given: JSON) -> JSON:
        return self.sandbox.people.everyone() | {"tour": self.sandbox.tour is not None}

    async def _state(self, given: JSON) -> JSON:
        return self.sandbox.people.state(_get(given, "as"))

    async def _messages(self, given: JSON) -> JSON:
        limit = int(given.get("limit") or 50)
        return {"messages": self.sandbox.people.messages(*_where(given), limit)}

    async def _commands(self, given: JSON) -> JSON:
        return {"commands": await self.sandbox.people.commands(*_where(given))}

    async def _autocomplete(self, given: JSON) -> JSON:
        choices = await self.sandbox.people.autocomplete(
            *_where(given), _get(given, "name"), given.get("options") or {}, _get(given, "focused")
        )
        return {"choices": choices}

    async def _channel(self, given: JSON) -> JSON | None:
        if "delete" in given:
            await self.sandbox.people.delete_channel(given["delete"])
            return None
        wanted = {
            entry["id"]: (int(entry.get("allow") or 0), int(entry.get("deny") or 0))
            for entry in given.get("overwrites") or []
        }
        kind = int(given.get("type") or 0)
        return await self.sandbox.people.channel(
            _get(given, "guild"), _get(given, "name"), kind=kind, overwrites=wanted
        )

    async def _faults(self, given: JSON) -> JSON:
        waiting = self.sandbox.faults.list()
        return {"faults": [*waiting, {"kind": "offline"}] if self.sandbox.is_offline else waiting}

    async def _inflict(self, given: JSON) -> None:
        _get(given, "kind")
        known = {key: value for key, value in given.items() if key in FAULT_FIELDS}
        self.sandbox.inflict(Fault(**known))

    async def _end_faults(self, given: JSON) -> None:
        self.sandbox.end_faults()

    async def _clock(self, given: JSON) -> JSON:
        if "to" in given:
            by = datetime.fromisoformat(str(given["to"])) - self.sandbox.world.ids.now()
        else:
            by = timedelta(seconds=float(_get(given, "advance")))
        return {"now": self.sandbox.move_clock(by)}

    async def _requests(self, given: JSON) -> JSON:
        since = int(given.get("since") or 0)
        records = self.sandbox.requests
        shown = [json.loads(json.dumps(record.as_json(), default=repr)) for record in records[since:]]
        return {"requests": shown, "next": len(records)}

    async def _tour(self, given: JSON) -> JSON:
        return {"steps": self.sandbox.tour.steps() if self.sandbox.tour else []}

    async def _do_step(self, given: JSON) -> JSON:
        if self.sandbox.tour:
            if given["id"] not in [step["id"] for step in self.sandbox.tour.steps()]:
                raise Missing(f"the tour has no step {given['id']}")
            await self.sandbox.tour.do(given["id"])
        return await self._tour(given)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        try:
            stream = self.sandbox.people.events(request.query.get("as", ""))
        except NotAllowed as refusal:
            return web.json_response({"error": str(refusal)}, status=403)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        task = asyncio.current_task()
        if task:
            self._streams.add(task)
        try:
            await response.write(b": here\n\n")
            while True:
                await response.write(await self._next_chunk(stream.next))
        except (ConnectionError, asyncio.CancelledError):
            return response
        finally:
            stream.close()
            if task:
                self._streams.discard(task)

    @staticmethod
    async def _next_chunk(next_event: Callable[[float], Awaitable[JSON]]) -> bytes:
        try:
            event = await next_event(KEEP_ALIVE_S)
        except TimeoutError:
            return b": still here\n\n"
        return b"data: " + json.dumps(event).encode() + b"\n\n"

    def close(self) -> None:
        """End all event streams."""
        for task in tuple(self._streams):
            task.cancel()


def _get(given: JSON, name: str) -> Any:
    if given.get(name) is None:
        raise Missing(f"{name} is missing")
    return given[name]


def _moment(given: str | None) -> datetime | None:
    return None if given is None else datetime.fromisoformat(given)


def _where(given: JSON) -> tuple[Any, Any]:
    return _get(given, "as"), _get(given, "channel")


async def _body(request: web.Request) -> JSON:
    if not request.can_read_body:
        return {}
    body = await request.json()
    if not isinstance(body, dict):
        raise Missing("the body must be a JSON object")
    return body


async def _nothing_here(request: web.Request) -> web.Response:
    return web.json_response({"error": "There is no such call."}, status=404)
