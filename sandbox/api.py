"""The REST API over HTTP: token, body, faults, errors and the record of what was asked."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from sandbox.errors import ApiError, not_found, refused
from sandbox.faults import Fault, Faults
from sandbox.ids import iso
from sandbox.interactions.desk import Desk
from sandbox.model import JSON
from sandbox.registry import Registry
from sandbox.rest.call import Call, Reply, Route, Upload, read_json
from sandbox.rest.routes import ROUTES

BASE = "/api/v10"
MAX_BODY = 25 * 1024 * 1024
DEFAULT_RETRY_AFTER = 0.3
DEFAULT_HANG = 1.0
BROKEN = 501  # a fault of the sandbox itself: discord.py does not retry this one
FILE_FIELD = re.compile(r"files\[(\d+)\]")
log = logging.getLogger(__name__)


class Checker(Protocol):
    """Looks at every request (status None) and every answer, to hold them against Discord's own description."""

    def __call__(self, method: str, path: str, body: Any, status: int | None = None) -> None:
        """Look at a request or an answer."""
        ...


@dataclass(slots=True)
class Record:
    """Something that the bot asked for."""

    method: str
    path: str
    body: Any
    at: str | None
    status: int = 0
    route: str = ""

    def as_json(self) -> JSON:
        """Write it for the control API."""
        return {"method": self.method, "path": self.path, "body": self.body, "status": self.status, "at": self.at}


@dataclass(slots=True)
class Api:
    """Answers the bot's HTTP requests."""

    world: Registry
    desk: Desk
    faults: Faults
    token: str
    checker: Checker | None = None
    records: list[Record] = field(default_factory=list)
    crashes: list[BaseException] = field(default_factory=list)
    is_offline: Callable[[], bool] = lambda: False

    def add_to(self, app: web.Application) -> None:
        """Add all routes to the application."""
        for route in ROUTES:
            app.router.add_route(route.method, BASE + route.path, self._serving(route))
        app.router.add_route("*", BASE + "/{rest:.*}", self._serving(None))

    def _serving(self, route: Route | None) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            if self.is_offline():
                return hang_up(request)
            path = request.path_qs.removeprefix(BASE)
            body, files = await _read(request)
            record = Record(request.method, path, body, iso(self.world.ids.now()), route=route.path if route else "")
            self.records.append(record)
            fault = self.faults.take(request.method, path)
            if fault and not fault.lose_answer:
                return await self._fail(request, record, fault)
            reply = self._answer(request, route, record, files)
            if fault:
                return await self._fail(request, record, fault)
            record.status = reply.status
            return _response(reply)

        return serve

    def _answer(self, request: web.Request, route: Route | None, record: Record, files: list[Upload]) -> Reply:
        if self.checker and route:
            self.checker(record.method, record.path, record.body)
        try:
            reply = self._handle(request, route, record, files)
        except ApiError as error:
            reply = Reply(error.status, error.body())
        except Exception as error:
            # The boundary of one request: whatever breaks here is the sandbox's own fault and must be seen as such.
            log.exception("the sandbox failed at %s %s", record.method, record.path)
            self.crashes.append(error)
            reply = Reply(BROKEN, {"message": f"the sandbox failed: {error!r}", "code": 0})
        if self.checker and route:
            self.checker(record.method, record.path, reply.body, reply.status)
        return reply

    def _handle(self, request: web.Request, route: Route | None, record: Record, files: list[Upload]) -> Reply:
        if (route is None or route.needs_token) and request.headers.get("Authorization") != f"Bot {self.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        if route is None:
            raise not_found()
        reason = request.headers.get("X-Audit-Log-Reason")
        if isinstance(record.body, Unreadable):
            raise refused(50109)
        return route.handler(
            Call(
                self.world,
                self.desk,
                request.match_info,
                request.query,
                record.body,
                files,
                unquote(reason) if reason else None,
            )
        )

    async def _fail(self, request: web.Request, record: Record, fault: Fault) -> web.StreamResponse:
        if fault.kind == "429":
            record.status = 429
            seconds = DEFAULT_RETRY_AFTER if fault.seconds is None else fault.seconds
            body = {"message": "You are being rate limited.", "retry_after": seconds, "global": False, "code": 0}
            headers = {"Via": "1.1 sandbox", "Retry-After": str(round(seconds)), "X-RateLimit-Scope": "user"}
            return _response(Reply(429, body), headers)
        if fault.kind == "5xx":
            record.status = 502
            return web.Response(status=502, text="502: Bad Gateway", content_type="text/html")
        await asyncio.sleep(DEFAULT_HANG if fault.seconds is None else fault.seconds)
        return hang_up(request)


class Unreadable:
    """Stands for a body that is no JSON."""

    def __repr__(self) -> str:
        return "<unreadable>"


def hang_up(request: web.Request) -> web.StreamResponse:
    """Cut the connection instead of answering."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=499)


def _response(reply: Reply, headers: Mapping[str, str] | None = None) -> web.Response:
    if reply.body is None and reply.status == 204:  # noqa: PLR2004 - no content
        return web.Response(status=204, headers=headers)
    # discord.py takes an answer for JSON only if its type is exactly this, without a charset.
    kind = {"Content-Type": "application/json"} | dict(headers or {})
    return web.Response(status=reply.status, body=json.dumps(reply.body).encode(), headers=kind)


async def _read(request: web.Request) -> tuple[Any, list[Upload]]:
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    try:
        return read_json(await request.read()), []
    except ApiError:
        return Unreadable(), []


async def _read_multipart(request: web.Request) -> tuple[Any, list[Upload]]:
    body: Any = None
    files: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read(decode=True))
        name = part.name or ""
        if name == "payload_json":
            body = read_json(content)
        elif (index := FILE_FIELD.fullmatch(name)) and part.filename:
            files.append(Upload(int(index[1]), part.filename, content))
    return body, files
