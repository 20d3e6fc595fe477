"""Channels, threads and direct conversations in Discord's shape."""

from sandbox.ids import iso
from sandbox.model import JSON, THREADS, Channel, ChannelType, Overwrite, ThreadMember
from sandbox.payloads import users
from sandbox.registry import Registry

MOST_COUNTED = 50


def channel(world: Registry, subject: Channel, viewer: int | None = None) -> JSON:
    """Write a channel of any kind; a thread says whether the viewer is in it."""
    if subject.type is ChannelType.DM:
        return _direct(world, subject, viewer if viewer is not None else world.bot.id)
    if subject.type in THREADS:
        return _thread(subject, viewer)
    return _guild_channel(subject)


def _common(subject: Channel) -> JSON:
    return {
        "id": str(subject.id),
        "type": int(subject.type),
        "flags": 0,
        "last_message_id": str(subject.last_message_id) if subject.last_message_id else None,
        "last_pin_timestamp": iso(subject.last_pin_at),
    }


def _direct(world: Registry, subject: Channel, viewer: int) -> JSON:
    others = [user_id for user_id in subject.recipients if user_id != viewer] or list(subject.recipients)
    return _common(subject) | {"recipients": [users.user(world.user(user_id)) for user_id in others]}


def _guild_channel(subject: Channel) -> JSON:
    body = _common(subject) | {
        "guild_id": str(subject.guild_id),
        "name": subject.name,
        "parent_id": str(subject.parent_id) if subject.parent_id else None,
        "position": subject.position,
        "permission_overwrites": [overwrite(entry) for entry in subject.overwrites.values()],
        "nsfw": subject.nsfw,
    }
    if subject.type in (ChannelType.VOICE, ChannelType.STAGE):
        return body | {
            "bitrate": subject.bitrate,
            "user_limit": subject.user_limit,
            "rtc_region": None,
            "rate_limit_per_user": subject.slowmode,
        }
    if subject.type is ChannelType.CATEGORY:
        return body
    extra: JSON = {
        "topic": subject.topic,
        "rate_limit_per_user": subject.slowmode,
        "default_thread_rate_limit_per_user": subject.default_thread_slowmode,
    }
    if subject.default_auto_archive_minutes:
        extra["default_auto_archive_duration"] = subject.default_auto_archive_minutes
    return body | extra


def overwrite(entry: Overwrite) -> JSON:
    """Write a permission overwrite."""
    return {
        "id": str(entry.id),
        "type": entry.type,
        "allow": str(int(entry.allow)),
        "deny": str(int(entry.deny)),
    }


def _thread(subject: Channel, viewer: int | None) -> JSON:
    thread = subject.thread
    if thread is None:
        raise TypeError(f"channel {subject.id} is of a thread's type but has no thread")
    body = _common(subject) | {
        "guild_id": str(subject.guild_id),
        "parent_id": str(subject.parent_id),
        "owner_id": str(thread.owner_id),
        "name": subject.name,
        "rate_limit_per_user": subject.slowmode,
        "message_count": len([m for m in subject.messages.values() if m.only_for is None]),
        "member_count": min(len(thread.members), MOST_COUNTED),
        "total_message_sent": thread.sent,
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": iso(thread.archived_at),
            "auto_archive_duration": thread.auto_archive_minutes,
            "locked": thread.locked,
            "create_timestamp": iso(thread.created_at),
        },
    }
    if subject.type is ChannelType.PRIVATE_THREAD:
        body["thread_metadata"]["invitable"] = thread.invitable
    if viewer is not None and viewer in thread.members:
        body["member"] = thread_member(subject, thread.members[viewer])
    return body


def thread_member(subject: Channel, entry: ThreadMember) -> JSON:
    """Write a member of a thread."""
    return {
        "id": str(subject.id),
        "user_id": str(entry.user_id),
        "join_timestamp": iso(entry.joined_at),
        "flags": 0,
    }
