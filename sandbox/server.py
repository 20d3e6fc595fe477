"""The sandbox: one HTTP server for REST API, gateway, control API, page and attachments."""

import asyncio
from datetime import timedelta
from typing import Any, Protocol

from aiohttp import web

from sandbox import page_files
from sandbox.acts.threads import archive_idle
from sandbox.api import BASE, MAX_BODY, Api, Checker, Record, hang_up
from sandbox.bus import Event
from sandbox.control import Control
from sandbox.errors import NotAllowed
from sandbox.faults import Fault, Faults
from sandbox.gateway import Gateway
from sandbox.guard import is_loopback, only_this_machine
from sandbox.ids import Clock, iso
from sandbox.interactions.desk import Desk
from sandbox.model import JSON
from sandbox.people import People
from sandbox.world import World

ANSWER_WITHIN = 3.0


class Tour(Protocol):
    """The demo's guided tour."""

    def steps(self) -> list[JSON]:
        """List the steps: id, title, text, button, done."""
        ...

    async def do(self, step_id: str, /) -> None:
        """Do a step."""
        ...


class Sandbox:
    """A local Discord. States: made, started (at a port), closed.

    `answer_within`: real seconds that the bot has for its first answer to an interaction.
    `checker`: called with (method, path, body) for every request and with a status besides for every answer.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        token: str = "sandbox-token",  # noqa: S107 - it opens nothing but this sandbox
        *,
        checker: Checker | None = None,
        tour: Tour | None = None,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self.clock = clock
        self.token = token
        self.world = World(clock)
        self.faults = Faults()
        self.desk = Desk(self.world, answer_within)
        self.gateway = Gateway(self.world, token)
        self.people = People(self.world, self.desk)
        self.api = Api(self.world, self.desk, self.faults, token, checker, is_offline=lambda: self.is_offline)
        self.tour = tour
        self.is_offline = False
        self.port = 0
        self._host = "127.0.0.1"
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._back: asyncio.TimerHandle | None = None
        self._control = Control(self)

    @property
    def page_url(self) -> str:
        """Give the page's address."""
        return self.world.base_url + "/"

    @property
    def api_url(self) -> str:
        """Give the REST API's address."""
        return self.world.base_url + BASE

    @property
    def gateway_url(self) -> str:
        """Give the gateway's address."""
        return self.world.base_url.replace("http", "ws", 1)

    @property
    def requests(self) -> list[Record]:
        """List what the bot asked for."""
        return self.api.records

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Begin to listen; port 0 takes a free one. Only loopback addresses are taken."""
        if not is_loopback(host):
            raise ValueError(f"the sandbox listens on loopback addresses only, not on {host}")
        app = web.Application(middlewares=[only_this_machine], client_max_size=MAX_BODY)
        app.router.add_get("/", self._front)
        app.router.add_get("/page/{path:.+}", page_files.file)
        app.add_routes([page_files.attachments(self.world)])
        self.api.add_to(app)
        self._control.add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        self._host, self.port = host, port
        await self.plug_in()

    async def _front(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return await page_files.index(request)
        return hang_up(request) if self.is_offline else await self.gateway.handle(request)

    async def plug_in(self) -> None:
        """Listen again after `unplug`, at the same port."""
        if self._runner is None or self._site is not None:
            raise RuntimeError("the sandbox is not started, or listens already")
        self._site = web.TCPSite(self._runner, self._host, self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]
        shown = f"[{self._host}]" if ":" in self._host else self._host
        self.world.base_url = f"http://{shown}:{self.port}"
        self.gateway.url = self.gateway_url

    async def unplug(self) -> None:
        """Stop listening, so that connections are refused, and cut those that are open."""
        if self._site is None:
            raise RuntimeError("the sandbox does not listen")
        self.gateway.drop_all()
        await self._site.stop()
        self._site = None
        for handler in self._runner.server.connections if self._runner and self._runner.server else ():
            handler.force_close()

    def inflict(self, fault: Fault) -> None:
        """Let something go wrong, now or with the next requests that fit."""
        if fault.kind == "drop":
            self.gateway.drop_all()
        elif fault.kind == "reconnect":
            self.gateway.ask_to_reconnect()
        elif fault.kind == "invalid_session":
            self.gateway.invalidate_all()
        elif fault.kind == "offline":
            self._go_offline(fault.seconds)
        else:
            self.faults.add(fault)

    def _go_offline(self, seconds: float | None) -> None:
        self.is_offline = True
        self.gateway.drop_all()
        if seconds is not None:
            self._back = asyncio.get_running_loop().call_later(seconds, self.end_faults)

    def end_faults(self) -> None:
        """End all faults; be back if away."""
        self.faults.clear()
        self.is_offline = False
        if self._back:
            self._back.cancel()

    def move_clock(self, by: timedelta) -> str | None:
        """Move the clock on, if it can be moved, and tell the time then; idle threads are archived."""
        advance: Any = getattr(self.clock, "advance", None)
        if advance is None:
            raise NotAllowed("This sandbox runs on the machine's clock, which cannot be moved.")
        advance(by)
        archive_idle(self.world)
        now = iso(self.world.ids.now())
        self.world.publish(Event("CLOCK", {"now": now}, bot=False))
        return now

    async def close(self) -> None:
        """Stop listening and cut all connections."""
        self.desk.close()
        self.end_faults()
        self._control.close()
        await self.gateway.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = self._site = None
