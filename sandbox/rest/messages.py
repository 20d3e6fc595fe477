"""Messages, their reactions and their pins."""

from datetime import timedelta

from sandbox import access
from sandbox.acts import messages as message_acts
from sandbox.acts import reactions as reaction_acts
from sandbox.bus import Event
from sandbox.errors import refused
from sandbox.ids import iso
from sandbox.intents import hides_content, without_content
from sandbox.model import JSON, SUPPRESS_EMBEDS, Channel, Message
from sandbox.payloads import messages as payload
from sandbox.payloads import users
from sandbox.permissions import Permission
from sandbox.rest.call import Call, Reply, Route, done, ok, snowflake
from sandbox.rest.reading import change, draft

P = Permission
OLDEST_FOR_BULK = timedelta(days=14)


def _shown(call: Call, channel: Channel, message: Message) -> JSON:
    body = payload.message(call.world, message)
    if not call.world.has_intent("message_content") and hides_content(
        call.world, body, direct=channel.guild_id is None
    ):
        return without_content(body)
    return body


def list_messages(call: Call) -> Reply:
    """List messages, newest first."""
    channel = call.channel()
    access.require_view(call.world, channel, call.me.id)
    if not access.in_channel(call.world, channel, call.me.id) & P.READ_MESSAGE_HISTORY:
        return ok([])
    limit = call.number("limit", 50, 1, 100)
    every = sorted((m for m in channel.messages.values() if m.only_for is None), key=lambda m: m.id)
    return ok([_shown(call, channel, message) for message in _page(call, every, limit)])


def _page(call: Call, every: list[Message], limit: int) -> list[Message]:
    if "around" in call.query:
        at = snowflake(call.query["around"], "around")
        before = [m for m in every if m.id < at][-(limit // 2) :]
        after = [m for m in every if m.id >= at][: limit - len(before)]
        return [*before, *after][::-1]
    if "before" in call.query:
        at = snowflake(call.query["before"], "before")
        return [m for m in every if m.id < at][-limit:][::-1]
    if "after" in call.query:
        at = snowflake(call.query["after"], "after")
        return [m for m in every if m.id > at][:limit][::-1]
    return every[-limit:][::-1]


def create_message(call: Call) -> Reply:
    """Send a message."""
    channel = call.channel()
    access.require_view(call.world, channel, call.me.id)
    new = draft(call.world, channel.id, call.form, call.files)
    return ok(payload.message(call.world, message_acts.send(call.world, call.me.id, channel, new)))


def _read(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    access.require(call.world, channel, call.me.id, P.READ_MESSAGE_HISTORY)
    return channel, call.message(channel)


def get_message(call: Call) -> Reply:
    """Give a message."""
    channel, message = _read(call)
    return ok(_shown(call, channel, message))


def edit_message(call: Call) -> Reply:
    """Change an own message; of others' only whether their embeds are shown."""
    channel = call.channel()
    access.require_view(call.world, channel, call.me.id)
    message = call.message(channel)
    if message.author_id != call.me.id:
        if set(call.form) != {"flags"}:
            raise refused(50005)
        access.require(call.world, channel, call.me.id, P.MANAGE_MESSAGES)
        message.flags = (message.flags & ~SUPPRESS_EMBEDS) | (int(call.form["flags"] or 0) & SUPPRESS_EMBEDS)
        message_acts.publish(call.world, message, "UPDATE")
        return ok(payload.message(call.world, message))
    changed = change(call.world, message, call.form, call.files)
    return ok(payload.message(call.world, message_acts.edit_own(call.world, call.me.id, message, changed)))


def delete_message(call: Call) -> Reply:
    """Delete a message: an own one, or any with the permission."""
    channel = call.channel()
    access.require_view(call.world, channel, call.me.id)
    message = call.message(channel)
    if message.author_id != call.me.id:
        if channel.guild_id is None:
            raise refused(50003)
        access.require(call.world, channel, call.me.id, P.MANAGE_MESSAGES)
    message_acts.delete(call.world, message)
    return done()


def delete_messages(call: Call) -> Reply:
    """Delete 2 to 100 messages at once, none older than two weeks."""
    channel = call.channel()
    if channel.guild_id is None:
        raise refused(50003)
    access.require(call.world, channel, call.me.id, P.MANAGE_MESSAGES)
    ids = [snowflake(given, "messages") for given in call.form.get("messages") or []]
    if not 2 <= len(set(ids)) <= 100:  # noqa: PLR2004 - the documented limit
        raise refused(50016)
    oldest = call.world.ids.now() - OLDEST_FOR_BULK
    if any(channel.messages[i].created_at < oldest for i in ids if i in channel.messages):
        raise refused(50034)
    message_acts.delete_many(call.world, channel, ids)
    return done()


def type_in_channel(call: Call) -> Reply:
    """Show that the bot is typing."""
    channel = call.channel()
    access.require_view(call.world, channel, call.me.id)
    if not access.may_send(call.world, channel, call.me.id):
        raise refused(50013)
    data: JSON = {
        "channel_id": str(channel.id),
        "user_id": str(call.me.id),
        "timestamp": int(call.world.ids.now().timestamp()),
    }
    guild = call.world.guild_of(channel)
    if guild:
        data |= {"guild_id": str(guild.id), "member": users.member(guild.members[call.me.id])}
    call.world.publish(Event("TYPING_START", data, guild=guild, channel=channel))
    return done()


def _emoji(call: Call) -> str:
    return call.text("emoji_name")


def add_reaction(call: Call) -> Reply:
    """React to a message."""
    channel, message = _read(call)
    reaction_acts.add(call.world, channel, message, call.me.id, _emoji(call))
    return done()


def remove_own_reaction(call: Call) -> Reply:
    """Take an own reaction back."""
    channel, message = _read(call)
    reaction_acts.remove(call.world, channel, message, call.me.id, _emoji(call))
    return done()


def remove_reaction(call: Call) -> Reply:
    """Take somebody's reaction away."""
    channel, message = _read(call)
    access.require(call.world, channel, call.me.id, P.MANAGE_MESSAGES)
    reaction_acts.remove(call.world, channel, message, call.id("user_id"), _emoji(call))
    return done()


def list_reactions(call: Call) -> Reply:
    """List who reacted with an emoji."""
    _, message = _read(call)
    after = snowflake(call.query.get("after", 0), "after")
    limit = call.number("limit", 25, 1, 100)
    who = sorted(user_id for user_id in message.reactions.get(_emoji(call), []) if user_id > after)
    return ok([users.user(call.world.user(user_id)) for user_id in who[:limit]])


def clear_reactions(call: Call) -> Reply:
    """Take all reactions from a message."""
    channel, message = _read(call)
    access.require(call.world, channel, call.me.id, P.MANAGE_MESSAGES)
    reaction_acts.clear(call.world, channel, message)
    return done()


def clear_emoji(call: Call) -> Reply:
    """Take all reactions with one emoji from a message."""
    channel, message = _read(call)
    access.require(call.world, channel, call.me.id, P.MANAGE_MESSAGES)
    reaction_acts.clear_emoji(call.world, channel, message, _emoji(call))
    return done()


def list_pins(call: Call) -> Reply:
    """List pinned messages with the times at which they were pinned, newest first."""
    channel = call.channel()
    access.require_view(call.world, channel, call.me.id)
    if not access.in_channel(call.world, channel, call.me.id) & P.READ_MESSAGE_HISTORY:
        return ok({"items": [], "has_more": False})
    limit = call.number("limit", 50, 1, 50)
    pinned = sorted(((m.pinned_at, m) for m in channel.messages.values() if m.pinned_at), key=lambda p: p[0])[::-1]
    if "before" in call.query:
        pinned = [(at, m) for at, m in pinned if str(iso(at)) < call.query["before"]]
    items = [{"pinned_at": iso(at), "message": _shown(call, channel, m)} for at, m in pinned[:limit]]
    return ok({"items": items, "has_more": len(pinned) > limit})


def list_pins_of_old(call: Call) -> Reply:
    """List pinned messages as the older route does."""
    pins = list_pins(call).body
    return ok([item["message"] for item in pins["items"]])


def _pin(call: Call, *, pinned: bool) -> Reply:
    channel = call.channel()
    access.require(call.world, channel, call.me.id, P.PIN_MESSAGES)
    message = call.message(channel)
    message_acts.set_pin(call.world, channel, message, pinned=pinned)
    if pinned:
        message_acts.announce_pin(call.world, channel, message, call.me.id)
    return done()


def pin(call: Call) -> Reply:
    """Pin a message."""
    return _pin(call, pinned=True)


def unpin(call: Call) -> Reply:
    """Unpin a message."""
    return _pin(call, pinned=False)


MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"
REACTION = MESSAGE + "/reactions/{emoji_name}"
ROUTES = [
    Route("GET", MESSAGES, list_messages),
    Route("POST", MESSAGES, create_message),
    Route("POST", MESSAGES + "/bulk-delete", delete_messages),
    Route("GET", MESSAGES + "/pins", list_pins),
    Route("PUT", MESSAGES + "/pins/{message_id}", pin),
    Route("DELETE", MESSAGES + "/pins/{message_id}", unpin),
    Route("GET", MESSAGE, get_message),
    Route("PATCH", MESSAGE, edit_message),
    Route("DELETE", MESSAGE, delete_message),
    Route("DELETE", MESSAGE + "/reactions", clear_reactions),
    Route("PUT", REACTION + "/@me", add_reaction),
    Route("DELETE", REACTION + "/@me", remove_own_reaction),
    Route("DELETE", REACTION + "/{user_id}", remove_reaction),
    Route("GET", REACTION, list_reactions),
    Route("DELETE", REACTION, clear_emoji),
    Route("POST", "/channels/{channel_id}/typing", type_in_channel),
    Route("GET", "/channels/{channel_id}/pins", list_pins_of_old),
    Route("PUT", "/channels/{channel_id}/pins/{message_id}", pin),
    Route("DELETE", "/channels/{channel_id}/pins/{message_id}", unpin),
]
