"""The gateway: the bot's sessions, their events and how they begin, break and resume."""

import asyncio
import json
import secrets
from collections import deque
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox import access
from sandbox.acts.members import chunks
from sandbox.bus import Event
from sandbox.intents import KNOWN, PRIVILEGED, Intent, as_seen, lets_through
from sandbox.model import JSON
from sandbox.payloads import guilds, users
from sandbox.permissions import Permission
from sandbox.registry import Registry

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, REQUEST_MEMBERS = 0, 1, 2, 3, 6, 7, 8
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
NOT_AUTHENTICATED, WRONG_TOKEN, WRONG_SEQUENCE, WRONG_SHARD, WRONG_INTENTS, DISALLOWED_INTENTS = (
    4003,
    4004,
    4007,
    4010,
    4013,
    4014,
)
UNKNOWN_OPCODE, DECODE_ERROR, ALREADY_AUTHENTICATED = 4001, 4002, 4005
CLEAN_CLOSES = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
VERSION = 10
HEARTBEAT_MS = 41_250
KEPT_EVENTS = 10_000
CLOSING_S = 1.0


class Closed(Exception):
    """The connection is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True, eq=False)
class Session:
    """What the gateway keeps of a shard, also while it is disconnected: its number and what it was sent."""

    id: str
    shard: int
    shards: int
    intents: Intent
    sent: int = 0
    kept: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    connection: "Connection | None" = None

    def serves(self, event: Event) -> bool:
        """Tell whether this shard is the one for an event's server; direct conversations are the first one's."""
        guild_id = event.guild.id if event.guild else 0
        return (guild_id >> 22) % self.shards == self.shard

    def dispatch(self, name: str, data: JSON) -> None:
        """Send an event, or keep it for the resumption."""
        self.sent += 1
        frame = json.dumps({"op": DISPATCH, "s": self.sent, "t": name, "d": data})
        self.kept.append(frame)
        if self.connection:
            self.connection.send_text(frame)

    def missed(self, seq: int) -> list[str] | None:
        """Give the events after this one; None if some of them are no longer kept."""
        count = self.sent - seq
        return None if count > len(self.kept) else list(self.kept)[len(self.kept) - count :]


class Connection:
    """One WebSocket; what is sent goes out in order, through one task."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.BaseTransport | None) -> None:
        self.socket = socket
        self._transport = transport
        self.session: Session | None = None
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send_text(self, frame: str) -> None:
        """Queue a frame."""
        self._out.put_nowait(frame)

    def send(self, op: int, data: object = None) -> None:
        """Queue a frame that is no event."""
        self.send_text(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def _write(self) -> None:
        while not self.socket.closed:
            frame = await self._out.get()
            try:
                await self.socket.send_str(frame)
            except ConnectionError:
                return
            finally:
                self._out.task_done()

    async def close(self, code: int, reason: str = "") -> None:
        """Close the socket after what is queued has gone out."""
        if not self._writer.done():
            await self._out.join()
        await self.socket.close(code=code, message=reason.encode())

    def drop(self) -> None:
        """Cut the connection without a word."""
        self.detach()
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()

    def detach(self) -> None:
        """Part from the session, which lives on."""
        if self.session and self.session.connection is self:
            self.session.connection = None

    def end(self) -> None:
        """Stop writing."""
        self.detach()
        self._writer.cancel()


class Gateway:
    """All connections and sessions of the bot."""

    def __init__(self, world: Registry, token: str, url: str = "") -> None:
        self.world = world
        self.token = token
        self.url = url
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self._unlisten = world.bus.listen(self.on_event)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve a connection until it ends."""
        socket = web.WebSocketResponse(timeout=CLOSING_S, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        self.connections.add(connection)
        try:
            connection.send(HELLO, {"heartbeat_interval": HEARTBEAT_MS, "_trace": []})
            await self._serve(connection)
        except Closed as closed:
            await connection.close(closed.code, closed.reason)
        finally:
            if socket.close_code in CLEAN_CLOSES and connection.session:
                self.sessions.pop(connection.session.id, None)
            connection.end()
            self.connections.discard(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        async for received in connection.socket:
            if received.type is not WSMsgType.TEXT:
                raise Closed(DECODE_ERROR, "Error while decoding payload.")
            try:
                frame = json.loads(received.data)
                op, data = frame["op"], frame.get("d")
            except (ValueError, KeyError, TypeError):
                raise Closed(DECODE_ERROR, "Error while decoding payload.") from None
            self._take(connection, op, data)

    def _take(self, connection: Connection, op: int, data: JSON) -> None:
        if op == HEARTBEAT:
            connection.send(HEARTBEAT_ACK)
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif connection.session is None:
            raise Closed(NOT_AUTHENTICATED, "Not authenticated.")
        elif op == REQUEST_MEMBERS:
            self._send_members(connection.session, data)
        elif op not in (PRESENCE, 4):
            raise Closed(UNKNOWN_OPCODE, "Unknown opcode.")

    def _identify(self, connection: Connection, data: JSON) -> None:
        if connection.session:
            raise Closed(ALREADY_AUTHENTICATED, "Already authenticated.")
        if data.get("token", "").removeprefix("Bot ") != self.token:
            raise Closed(WRONG_TOKEN, "Authentication failed.")
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            raise Closed(WRONG_SHARD, "Invalid shard.")
        intents = Intent(data.get("intents", 0))
        if intents & KNOWN != intents:
            raise Closed(WRONG_INTENTS, "Invalid intent(s).")
        for intent, name in PRIVILEGED.items():
            if intents & intent and not self.world.has_intent(name):
                raise Closed(DISALLOWED_INTENTS, "Disallowed intent(s).")
        session = Session(secrets.token_hex(16), shard, shards, intents, connection=connection)
        connection.session = session
        self.sessions[session.id] = session
        self._greet(session)

    def _greet(self, session: Session) -> None:
        world = self.world
        joined = [
            guild
            for guild in world.guilds.values()
            if world.bot.id in guild.members and (guild.id >> 22) % session.shards == session.shard
        ]
        ready = {
            "v": VERSION,
            "user": users.own_user(world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in joined],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(world.application.id), "flags": world.application.flags},
            "private_channels": [],
            "_trace": [],
        }
        session.dispatch("READY", ready)
        everybody = bool(session.intents & Intent.GUILD_PRESENCES and session.intents & Intent.GUILD_MEMBERS)
        for guild in joined:
            if guild.available and session.intents & Intent.GUILDS:
                data = guilds.created(world, guild, world.bot.id, all_members=everybody)
                session.dispatch("GUILD_CREATE", data | {"unavailable": False})

    def _resume(self, connection: Connection, data: JSON) -> None:
        if data.get("token", "").removeprefix("Bot ") != self.token:
            raise Closed(WRONG_TOKEN, "Authentication failed.")
        session = self.sessions.get(data.get("session_id", ""))
        seq = data.get("seq") or 0
        if session and not 0 <= seq <= session.sent:
            raise Closed(WRONG_SEQUENCE, "Invalid seq.")
        missed = session.missed(seq) if session else None
        if session is None or missed is None:
            connection.send(INVALID_SESSION, data=False)
            return
        if session.connection and session.connection is not connection:
            session.connection.drop()
        connection.session = session
        session.connection = connection
        for frame in missed:
            connection.send_text(frame)
        session.dispatch("RESUMED", {"_trace": []})

    def _send_members(self, session: Session, data: JSON) -> None:
        may_list = bool(session.intents & Intent.GUILD_MEMBERS)
        for chunk in chunks(self.world, data, may_list=may_list):
            session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def on_event(self, event: Event) -> None:
        """Send an event to the shard that it concerns, if the bot may know of it."""
        if not event.bot or not self._may_know(event):
            return
        for session in self.sessions.values():
            if session.serves(event) and lets_through(session.intents, event, self.world.bot.id):
                session.dispatch(event.name, as_seen(self.world, session.intents, event))

    def _may_know(self, event: Event) -> bool:
        bot_id = self.world.bot.id
        if event.only is not None:
            return bot_id in event.only
        if event.guild and (bot_id not in event.guild.members or not event.guild.available):
            return False
        if event.name.startswith("AUTO_MODERATION_") and event.guild:
            return bool(access.in_guild(self.world, event.guild, bot_id) & Permission.MANAGE_GUILD)
        if event.channel is None or (event.name.startswith("CHANNEL_") and event.guild):
            return True
        return access.can_view(self.world, event.channel, bot_id)

    def drop_all(self) -> None:
        """Cut every connection; the sessions can be resumed."""
        for connection in tuple(self.connections):
            connection.drop()

    def ask_to_reconnect(self) -> None:
        """Ask every shard to reconnect and resume."""
        for connection in self.connections:
            connection.send(RECONNECT)

    def invalidate_all(self) -> None:
        """Forget every session and say so, so that the bot has to identify anew."""
        self.sessions.clear()
        for connection in self.connections:
            connection.detach()
            connection.session = None
            connection.send(INVALID_SESSION, data=False)

    async def close(self) -> None:
        """Close every connection for good."""
        self._unlisten()
        for connection in tuple(self.connections):
            await connection.close(WSCloseCode.GOING_AWAY)
