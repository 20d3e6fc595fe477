"""Threads: started, listed, joined and left."""

from sandbox import access
from sandbox.acts import guilds as guild_acts
from sandbox.acts import threads as thread_acts
from sandbox.errors import refused, unknown
from sandbox.ids import iso
from sandbox.limits.form import Form
from sandbox.model import JSON, Channel, ChannelType, Guild, Message
from sandbox.payloads import channels as payload
from sandbox.payloads import users
from sandbox.permissions import Permission
from sandbox.rest.call import Call, Reply, Route, created, done, ok
from sandbox.rest.channels import ARCHIVE_AFTER, NAME, SLOWEST

P = Permission


def _start(call: Call, parent: Channel, *, private: bool, source: Message | None) -> Channel:
    guild = call.world.guild_of(parent)
    if guild is None:
        raise refused(50024)
    form, errors = call.form, Form()
    errors.text("name", form.get("name") or None, 1, NAME)
    errors.choice("auto_archive_duration", form.get("auto_archive_duration"), ARCHIVE_AFTER)
    errors.number("rate_limit_per_user", form.get("rate_limit_per_user"), 0, SLOWEST)
    errors.done()
    invitable = form.get("invitable")
    return thread_acts.start(
        call.world,
        guild,
        parent,
        call.me.id,
        form["name"],
        private=private,
        invitable=True if invitable is None else bool(invitable),
        source=source,
        auto_archive_minutes=form.get("auto_archive_duration"),
        slowmode=int(form.get("rate_limit_per_user") or 0),
    )


def start_thread(call: Call) -> Reply:
    """Start a thread that belongs to no message; without a type it is private, as in Discord."""
    parent = call.channel()
    kind = call.form.get("type", ChannelType.PRIVATE_THREAD)
    errors = Form()
    errors.choice("type", kind, (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD))
    errors.done()
    thread = _start(call, parent, private=kind == ChannelType.PRIVATE_THREAD, source=None)
    return created(payload.channel(call.world, thread, call.me.id))


def start_thread_from_message(call: Call) -> Reply:
    """Start a public thread from a message."""
    parent = call.channel()
    access.require(call.world, parent, call.me.id, P.READ_MESSAGE_HISTORY)
    thread = _start(call, parent, private=False, source=call.message(parent))
    return created(payload.channel(call.world, thread, call.me.id))


def _listing(call: Call, threads: list[Channel], *, has_more: bool | None = None) -> Reply:
    own = [(c, c.thread.members[call.me.id]) for c in threads if c.thread and call.me.id in c.thread.members]
    body: JSON = {
        "threads": [payload.channel(call.world, channel, call.me.id) for channel in threads],
        "members": [payload.thread_member(channel, entry) for channel, entry in own],
        "has_more": bool(has_more),
    }
    return ok(body)


def list_active(call: Call) -> Reply:
    """List all active threads of a server that the bot sees, newest first."""
    guild = call.guild()
    active = [
        c
        for c in call.world.threads(guild)
        if c.thread and not c.thread.archived and access.can_view(call.world, c, call.me.id)
    ]
    return _listing(call, sorted(active, key=lambda c: -c.id))


def _archived(call: Call, kind: ChannelType) -> tuple[Guild, Channel, list[Channel]]:
    parent = call.channel()
    guild = call.world.guild_of(parent)
    if guild is None:
        raise refused(50024)
    access.require(call.world, parent, call.me.id, P.READ_MESSAGE_HISTORY)
    found = [c for c in call.world.threads(guild, parent) if c.type is kind and c.thread and c.thread.archived]
    return guild, parent, sorted(found, key=lambda c: str(iso(c.thread.archived_at if c.thread else None)))[::-1]


def _page(call: Call, found: list[Channel]) -> Reply:
    before = call.query.get("before")
    if before:
        limit_at = before.replace("Z", "+00:00").replace(" ", "+")
        found = [c for c in found if c.thread and str(iso(c.thread.archived_at)) < limit_at]
    limit = call.number("limit", 50, 2, 100)
    return _listing(call, found[:limit], has_more=len(found) > limit)


def list_archived_public(call: Call) -> Reply:
    """List a channel's archived public threads."""
    return _page(call, _archived(call, ChannelType.PUBLIC_THREAD)[2])


def list_archived_private(call: Call) -> Reply:
    """List a channel's archived private threads, for those who manage threads."""
    _, parent, found = _archived(call, ChannelType.PRIVATE_THREAD)
    access.require(call.world, parent, call.me.id, P.MANAGE_THREADS)
    return _page(call, found)


def list_archived_joined(call: Call) -> Reply:
    """List a channel's archived private threads that the bot is in."""
    found = _archived(call, ChannelType.PRIVATE_THREAD)[2]
    return _page(call, [c for c in found if c.thread and call.me.id in c.thread.members])


def _thread(call: Call) -> Channel:
    channel = call.channel()
    if channel.thread is None:
        raise refused(50024)
    return channel


def list_members(call: Call) -> Reply:
    """List who is in a thread."""
    channel = _thread(call)
    access.require_view(call.world, channel, call.me.id)
    if not call.world.has_intent("members"):
        raise refused(50001)
    members = sorted(channel.thread.members) if channel.thread else []
    return ok([_member(call, channel, user_id) for user_id in members])


def _member(call: Call, channel: Channel, user_id: int) -> JSON:
    guild = call.world.guild_of(channel)
    if channel.thread is None or guild is None or user_id not in channel.thread.members:
        raise unknown("member")
    body = payload.thread_member(channel, channel.thread.members[user_id])
    return body | {"member": users.member(guild.members[user_id])} if call.flag("with_member") else body


def get_member(call: Call) -> Reply:
    """Tell whether somebody is in a thread."""
    channel = _thread(call)
    access.require_view(call.world, channel, call.me.id)
    return ok(_member(call, channel, call.id("user_id")))


def join(call: Call) -> Reply:
    """Let the bot enter a thread."""
    thread_acts.join(call.world, _thread(call), call.me.id)
    return done()


def leave(call: Call) -> Reply:
    """Let the bot leave a thread."""
    channel = _thread(call)
    access.require_view(call.world, channel, call.me.id)
    thread_acts.require_open(channel)
    guild_acts.exit_thread(call.world, channel, call.me.id)
    return done()


def add_member(call: Call) -> Reply:
    """Put somebody into a thread."""
    thread_acts.add_member(call.world, _thread(call), call.me.id, call.id("user_id"))
    return done()


def remove_member(call: Call) -> Reply:
    """Take somebody out of a thread."""
    thread_acts.remove_member(call.world, _thread(call), call.me.id, call.id("user_id"))
    return done()


CHANNEL = "/channels/{channel_id}"
MEMBERS = CHANNEL + "/thread-members"
ROUTES = [
    Route("POST", CHANNEL + "/threads", start_thread),
    Route("POST", CHANNEL + "/messages/{message_id}/threads", start_thread_from_message),
    Route("GET", CHANNEL + "/threads/archived/public", list_archived_public),
    Route("GET", CHANNEL + "/threads/archived/private", list_archived_private),
    Route("GET", CHANNEL + "/users/@me/threads/archived/private", list_archived_joined),
    Route("GET", "/guilds/{guild_id}/threads/active", list_active),
    Route("GET", MEMBERS, list_members),
    Route("PUT", MEMBERS + "/@me", join),
    Route("DELETE", MEMBERS + "/@me", leave),
    Route("GET", MEMBERS + "/{user_id}", get_member),
    Route("PUT", MEMBERS + "/{user_id}", add_member),
    Route("DELETE", MEMBERS + "/{user_id}", remove_member),
]
