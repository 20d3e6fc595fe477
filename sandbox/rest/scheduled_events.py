"""The events of a server's calendar."""

from datetime import datetime

from sandbox import access
from sandbox.bus import Event
from sandbox.errors import refused
from sandbox.limits.form import Form
from sandbox.model import JSON, ChannelType, Guild, ScheduledEvent
from sandbox.payloads import guilds as payload
from sandbox.payloads import users
from sandbox.permissions import Permission
from sandbox.rest.call import Call, Reply, Route, done, moment, ok, snowflake

P = Permission
STAGE, VOICE, EXTERNAL = 1, 2, 3
SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
MAY_BECOME = {SCHEDULED: (SCHEDULED, ACTIVE, CANCELED), ACTIVE: (ACTIVE, COMPLETED), COMPLETED: (), CANCELED: ()}
NAME, DESCRIPTION, LOCATION, MOST = 100, 1000, 100, 100


def _tell(call: Call, guild: Guild, subject: ScheduledEvent, verb: str) -> None:
    data = payload.event(call.world, subject)
    call.world.publish(Event(f"GUILD_SCHEDULED_EVENT_{verb}", data, guild=guild))


def _require(call: Call, guild: Guild, subject: ScheduledEvent | None = None, channel_id: int | None = None) -> None:
    """Refuse unless the bot may do this: in the event's channel if it has one, else in the server."""
    own = subject is None or subject.creator_id == call.me.id
    place = guild.channels.get((subject.channel_id if subject else channel_id) or 0)
    if place is None:
        granted = access.in_guild(call.world, guild, call.me.id)
    else:
        granted = access.in_channel(call.world, place, call.me.id)
    if not granted & P.MANAGE_EVENTS and not (own and granted & P.CREATE_EVENTS):
        raise refused(50013)


def list_events(call: Call) -> Reply:
    """List a server's events."""
    guild, counted = call.guild(), call.flag("with_user_count")
    return ok([payload.event(call.world, entry, with_count=counted) for entry in guild.events.values()])


def _check(form: JSON, *, is_new: bool) -> None:
    errors = Form()
    errors.text("name", form.get("name"), int(is_new), NAME)
    errors.text("description", form.get("description"), 0, DESCRIPTION)
    errors.choice("privacy_level", form.get("privacy_level"), (2,))
    errors.choice("entity_type", form.get("entity_type"), (STAGE, VOICE, EXTERNAL))
    if is_new:
        for key in ("privacy_level", "entity_type", "scheduled_start_time"):
            if form.get(key) is None:
                errors.required(key)
    errors.done()


def _check_whole(call: Call, guild: Guild, subject: ScheduledEvent, *, moved: bool) -> None:
    errors, now = Form(), call.world.ids.now()
    if moved and subject.starts_at <= now:
        errors.add(
            "scheduled_start_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event in the past.",
        )
    if subject.ends_at and subject.ends_at <= subject.starts_at:
        errors.add(
            "scheduled_end_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event to end before it starts.",
        )
    if subject.entity_type == EXTERNAL:
        errors.text("entity_metadata.location", subject.location, 1, LOCATION)
        if subject.ends_at is None:
            errors.required("scheduled_end_time")
    else:
        wanted = ChannelType.STAGE if subject.entity_type == STAGE else ChannelType.VOICE
        channel = guild.channels.get(subject.channel_id or 0)
        if channel is None or channel.type is not wanted:
            errors.add("channel_id", "GUILD_SCHEDULED_EVENT_CHANNEL_INVALID", "Unknown or wrong kind of channel.")
    errors.done()


def create_event(call: Call) -> Reply:
    """Put an event on the calendar."""
    guild, form = call.guild(), call.form
    _require(call, guild, channel_id=snowflake(form["channel_id"], "channel_id") if form.get("channel_id") else None)
    _check(form, is_new=True)
    if len([e for e in guild.events.values() if e.status in (SCHEDULED, ACTIVE)]) >= MOST:
        raise refused(30038)
    subject = ScheduledEvent(
        call.world.ids.snowflake(),
        guild.id,
        call.me.id,
        form["name"],
        moment(form["scheduled_start_time"], "scheduled_start_time"),
        form["entity_type"],
    )
    _change(subject, form)
    _check_whole(call, guild, subject, moved=True)
    guild.events[subject.id] = subject
    _tell(call, guild, subject, "CREATE")
    return ok(payload.event(call.world, subject))


def _time(form: JSON, key: str, now: datetime | None) -> datetime | None:
    if key not in form:
        return now
    return moment(form[key], key) if form[key] else None


def _change(subject: ScheduledEvent, form: JSON) -> None:
    subject.name = form.get("name") or subject.name
    subject.description = form.get("description", subject.description)
    subject.entity_type = form.get("entity_type") or subject.entity_type
    subject.starts_at = _time(form, "scheduled_start_time", subject.starts_at) or subject.starts_at
    subject.ends_at = _time(form, "scheduled_end_time", subject.ends_at)
    if "channel_id" in form:
        subject.channel_id = snowflake(form["channel_id"], "channel_id") if form["channel_id"] else None
    if "entity_metadata" in form:
        subject.location = (form["entity_metadata"] or {}).get("location")


def _event(call: Call, guild: Guild) -> ScheduledEvent:
    return call.world.event(guild, call.id("guild_scheduled_event_id"))


def get_event(call: Call) -> Reply:
    """Give an event."""
    return ok(payload.event(call.world, _event(call, call.guild()), with_count=call.flag("with_user_count")))


def edit_event(call: Call) -> Reply:
    """Change an event, start it, finish it or call it off."""
    guild, form = call.guild(), call.form
    subject = _event(call, guild)
    _require(call, guild, subject)
    _check(form, is_new=False)
    status = form.get("status") or subject.status
    if subject.status in (COMPLETED, CANCELED):
        raise refused(180000)
    if status not in MAY_BECOME[subject.status]:
        errors = Form()
        errors.choice("status", status, MAY_BECOME[subject.status])
        errors.done()
    _change(subject, form)
    _check_whole(call, guild, subject, moved="scheduled_start_time" in form and status == SCHEDULED)
    subject.status = status
    _tell(call, guild, subject, "UPDATE")
    return ok(payload.event(call.world, subject))


def delete_event(call: Call) -> Reply:
    """Take an event from the calendar."""
    guild = call.guild()
    subject = _event(call, guild)
    _require(call, guild, subject)
    del guild.events[subject.id]
    _tell(call, guild, subject, "DELETE")
    return done()


def list_interested(call: Call) -> Reply:
    """List who is interested in an event."""
    guild = call.guild()
    subject = _event(call, guild)
    limit = call.number("limit", 100, 1, 100)
    after = snowflake(call.query.get("after", 0), "after")
    who = [user_id for user_id in sorted(subject.interested) if user_id > after][:limit]
    return ok([_interested(call, guild, subject, user_id) for user_id in who])


def _interested(call: Call, guild: Guild, subject: ScheduledEvent, user_id: int) -> JSON:
    body: JSON = {
        "guild_scheduled_event_id": str(subject.id),
        "user_id": str(user_id),
        "user": users.user(call.world.user(user_id)),
        "response": 1,
    }
    if call.flag("with_member") and user_id in guild.members:
        body["member"] = users.member(guild.members[user_id])
    return body


EVENTS = "/guilds/{guild_id}/scheduled-events"
EVENT = EVENTS + "/{guild_scheduled_event_id}"
ROUTES = [
    Route("GET", EVENTS, list_events),
    Route("POST", EVENTS, create_event),
    Route("GET", EVENT, get_event),
    Route("PATCH", EVENT, edit_event),
    Route("DELETE", EVENT, delete_event),
    Route("GET", EVENT + "/users", list_interested),
]
