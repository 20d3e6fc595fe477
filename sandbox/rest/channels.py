"""Channels: read, made, changed, deleted; and their overwrites."""

from sandbox import access
from sandbox.acts import channels as channel_acts
from sandbox.acts import threads as thread_acts
from sandbox.errors import refused, unknown
from sandbox.limits.form import Form
from sandbox.model import JSON, Channel, ChannelType, Guild, Overwrite
from sandbox.payloads import channels as payload
from sandbox.permissions import ALL, Permission
from sandbox.rest.call import Call, Reply, Route, created, done, ok, snowflake

P = Permission
NAME, TOPIC, SLOWEST = 100, 1024, 21600
ARCHIVE_AFTER = (60, 1440, 4320, 10080)
MAKEABLE = (ChannelType.TEXT, ChannelType.VOICE, ChannelType.CATEGORY, ChannelType.ANNOUNCEMENT, ChannelType.STAGE)
MOST_CHANNELS = 500


def get_channel(call: Call) -> Reply:
    """Give a channel."""
    channel = call.channel()
    access.require_view(call.world, channel, call.me.id)
    return ok(payload.channel(call.world, channel, call.me.id))


def list_channels(call: Call) -> Reply:
    """List a server's channels, without threads."""
    guild = call.guild()
    return ok([payload.channel(call.world, c, call.me.id) for c in guild.channels.values() if not c.thread])


def create_channel(call: Call) -> Reply:
    """Make a channel."""
    guild, form = call.guild(), call.form
    access.require_in_guild(call.world, guild, call.me.id, P.MANAGE_CHANNELS)
    _check(form, is_new=True)
    if len(guild.channels) >= MOST_CHANNELS:
        raise refused(30013)
    channel = Channel(
        call.world.ids.snowflake(),
        ChannelType(int(form.get("type") or 0)),
        guild.id,
        tidy_name(form["name"], int(form.get("type") or 0)),
        position=int(form.get("position") or len(guild.channels)),
    )
    _change(call, guild, channel, form)
    return created(payload.channel(call.world, channel_acts.add(call.world, guild, channel), call.me.id))


def tidy_name(name: str, kind: int) -> str:
    """Write a channel's name as Discord does: text channels are lower case with hyphens."""
    if kind in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
        return "-".join(name.lower().split())
    return name


def _check(form: JSON, *, is_new: bool = False) -> None:
    errors = Form()
    errors.text("name", form.get("name"), int(is_new), NAME)
    if "name" in form and not form["name"]:
        errors.length("name", 1, NAME)
    errors.text("topic", form.get("topic"), 0, TOPIC)
    errors.number("rate_limit_per_user", form.get("rate_limit_per_user"), 0, SLOWEST)
    errors.choice("type", form.get("type"), tuple(int(kind) for kind in MAKEABLE))
    errors.choice("default_auto_archive_duration", form.get("default_auto_archive_duration"), ARCHIVE_AFTER)
    errors.done()


def _change(call: Call, guild: Guild, channel: Channel, form: JSON) -> None:
    plain = {
        "topic": "topic",
        "nsfw": "nsfw",
        "rate_limit_per_user": "slowmode",
        "position": "position",
        "bitrate": "bitrate",
        "user_limit": "user_limit",
        "default_auto_archive_duration": "default_auto_archive_minutes",
        "default_thread_rate_limit_per_user": "default_thread_slowmode",
    }
    for key, name in plain.items():
        if form.get(key) is not None or (key == "topic" and key in form):
            setattr(channel, name, form[key])
    if form.get("name"):
        channel.name = tidy_name(form["name"], channel.type)
    if "parent_id" in form:
        channel.parent_id = _parent(guild, form["parent_id"])
    if form.get("permission_overwrites") is not None:
        wanted = [_overwrite(call, guild, channel, entry) for entry in form["permission_overwrites"]]
        channel.overwrites = {entry.id: entry for entry in wanted}


def _parent(guild: Guild, given: object) -> int | None:
    if given is None:
        return None
    parent = guild.channels.get(snowflake(given, "parent_id"))
    if parent is None or parent.type is not ChannelType.CATEGORY:
        errors = Form()
        errors.add("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
        errors.done()
    return parent.id if parent else None


def _overwrite(call: Call, guild: Guild, channel: Channel, entry: JSON) -> Overwrite:
    allow, deny = Permission(int(entry.get("allow") or 0)), Permission(int(entry.get("deny") or 0))
    target = snowflake(entry["id"], "permission_overwrites")
    kind = entry.get("type")
    is_role = kind in (0, "0", "role") if kind is not None else target in guild.roles
    _require_granting(call, guild, channel, allow | deny)
    return Overwrite(target, 0 if is_role else 1, allow, deny)


def _require_granting(call: Call, guild: Guild, channel: Channel, permissions: Permission) -> None:
    """Refuse to give or take what the bot has not got itself."""
    granted = access.in_guild(call.world, guild, call.me.id)
    if channel.id in guild.channels:
        granted |= access.in_channel(call.world, channel, call.me.id)
    if permissions & ALL & ~granted:
        raise refused(50013)


def edit_channel(call: Call) -> Reply:
    """Change a channel or a thread."""
    channel = call.channel()
    guild = call.world.guild_of(channel)
    if guild is None:
        raise refused(50003)
    access.require_view(call.world, channel, call.me.id)
    if channel.thread:
        return ok(_edit_thread(call, guild, channel))
    access.require(call.world, channel, call.me.id, P.MANAGE_CHANNELS)
    form = call.form
    _check(form)
    if form.get("permission_overwrites") is not None:
        access.require(call.world, channel, call.me.id, P.MANAGE_ROLES)
    wanted = form.pop("permission_overwrites", None)
    _change(call, guild, channel, form)
    if wanted is None:
        channel_acts.publish(call.world, channel, "UPDATE")
    else:
        entries = [_overwrite(call, guild, channel, entry) for entry in wanted]
        channel_acts.set_overwrites(call.world, guild, channel, entries)
    return ok(payload.channel(call.world, channel, call.me.id))


def _edit_thread(call: Call, guild: Guild, channel: Channel) -> JSON:
    thread, form = channel.thread, call.form
    if thread is None:
        raise unknown("channel")
    errors = Form()
    if "name" in form:
        errors.text("name", form["name"] or None, 1, NAME)
    errors.number("rate_limit_per_user", form.get("rate_limit_per_user"), 0, SLOWEST)
    errors.choice("auto_archive_duration", form.get("auto_archive_duration"), ARCHIVE_AFTER)
    errors.done()
    _require_thread_change(call, channel, form)
    if form.get("name") and form["name"] != channel.name:
        thread_acts.rename(call.world, channel, call.me.id, form["name"])
    channel.slowmode = int(form.get("rate_limit_per_user", channel.slowmode) or 0)
    thread.auto_archive_minutes = form.get("auto_archive_duration") or thread.auto_archive_minutes
    thread.locked = form["locked"] if form.get("locked") is not None else thread.locked
    thread.invitable = form["invitable"] if form.get("invitable") is not None else thread.invitable
    if form.get("archived") is not None and form["archived"] != thread.archived:
        thread.archived = form["archived"]
        thread.archived_at = call.world.ids.moment()
    channel_acts.publish_thread(call.world, channel, "UPDATE")
    return payload.channel(call.world, channel, call.me.id)


def _require_thread_change(call: Call, channel: Channel, form: JSON) -> None:
    thread = channel.thread
    if thread is None:
        raise unknown("channel")
    granted = access.in_channel(call.world, channel, call.me.id)
    if granted & P.MANAGE_THREADS:
        return
    if thread.archived and form.get("archived") is False and not thread.locked:
        if not granted & P.SEND_MESSAGES_IN_THREADS or set(form) - {"archived"}:
            raise refused(50013)
        return
    if thread.archived:
        raise refused(50083)
    own = {"name", "archived", "auto_archive_duration", "invitable"}
    if thread.owner_id != call.me.id or set(form) - own:
        raise refused(50013)


def delete_channel(call: Call) -> Reply:
    """Delete a channel or a thread; a direct conversation is only closed."""
    channel = call.channel()
    guild = call.world.guild_of(channel)
    body = payload.channel(call.world, channel, call.me.id)
    if guild is None:
        access.require_view(call.world, channel, call.me.id)
        return ok(body)
    if channel.thread:
        access.require(call.world, channel, call.me.id, P.MANAGE_THREADS)
        thread_acts.delete(call.world, guild, channel)
    else:
        access.require(call.world, channel, call.me.id, P.MANAGE_CHANNELS)
        channel_acts.delete(call.world, guild, channel)
    return ok(body)


def set_overwrite(call: Call) -> Reply:
    """Set an overwrite of a channel."""
    channel = call.channel()
    guild = _with_overwrites(call, channel)
    entry = call.form | {"id": call.id("overwrite_id")}
    channel_acts.set_overwrites(
        call.world,
        guild,
        channel,
        [o for o in channel.overwrites.values() if o.id != entry["id"]] + [_overwrite(call, guild, channel, entry)],
    )
    return done()


def delete_overwrite(call: Call) -> Reply:
    """Take an overwrite from a channel."""
    channel = call.channel()
    guild = _with_overwrites(call, channel)
    target = call.id("overwrite_id")
    if target not in channel.overwrites:
        raise unknown("overwrite")
    channel_acts.set_overwrite(call.world, guild, channel, Overwrite(target, 0))
    return done()


def _with_overwrites(call: Call, channel: Channel) -> Guild:
    guild = call.world.guild_of(channel)
    if guild is None or channel.thread:
        raise refused(50024)
    access.require(call.world, channel, call.me.id, P.MANAGE_ROLES)
    return guild


CHANNEL = "/channels/{channel_id}"
OVERWRITE = CHANNEL + "/permissions/{overwrite_id}"
ROUTES = [
    Route("GET", CHANNEL, get_channel),
    Route("PATCH", CHANNEL, edit_channel),
    Route("DELETE", CHANNEL, delete_channel),
    Route("PUT", OVERWRITE, set_overwrite),
    Route("DELETE", OVERWRITE, delete_overwrite),
    Route("GET", "/guilds/{guild_id}/channels", list_channels),
    Route("POST", "/guilds/{guild_id}/channels", create_channel),
]
