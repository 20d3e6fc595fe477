"""Servers, their calendar and their AutoMod rules in Discord's shape."""

from sandbox.access import can_view
from sandbox.ids import iso
from sandbox.model import JSON, THREADS, Guild, Rule, ScheduledEvent
from sandbox.payloads import channels, users
from sandbox.registry import Registry

MOST_MEMBERS = 25_000_000


def guild(world: Registry, subject: Guild) -> JSON:
    """Write a server as the REST API gives it."""
    return {
        "id": str(subject.id),
        "name": subject.name,
        "icon": None,
        "description": subject.description,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["AUTO_MODERATION"] if subject.rules else [],
        "banner": None,
        "owner_id": str(subject.owner_id),
        "application_id": None,
        "region": "us-central",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": str(subject.system_channel_id) if subject.system_channel_id else None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "roles": [users.role(role) for role in subject.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": MOST_MEMBERS,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": subject.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "premium_progress_bar_enabled_user_updated_at": None,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def with_counts(world: Registry, subject: Guild) -> JSON:
    """Write a server with its number of members."""
    count = len(subject.members)
    return guild(world, subject) | {"approximate_member_count": count, "approximate_presence_count": count}


def created(world: Registry, subject: Guild, viewer: int, *, all_members: bool) -> JSON:
    """Write a server as the gateway gives it: with its channels, threads and (some) members.

    A server that was known before says `"unavailable": False`; one that is new says nothing of it.
    """
    places = list(subject.channels.values())
    members = subject.members.values() if all_members else [subject.members[viewer]]
    return guild(world, subject) | {
        "joined_at": iso(subject.members[viewer].joined_at),
        "large": False,
        "member_count": len(subject.members),
        "voice_states": [],
        "members": [users.member(member) for member in members],
        "channels": [channels.channel(world, place) for place in places if place.type not in THREADS],
        "threads": [
            channels.channel(world, place, viewer)
            for place in places
            if place.thread and not place.thread.archived and can_view(world, place, viewer)
        ],
        "presences": [],
        "stage_instances": [],
        "soundboard_sounds": [],
        "guild_scheduled_events": [event(world, entry) for entry in subject.events.values()],
    }


def brief(world: Registry, subject: Guild, permissions: int) -> JSON:
    """Write a server as the list of one's own servers gives it."""
    return {
        "id": str(subject.id),
        "name": subject.name,
        "icon": None,
        "banner": None,
        "owner": subject.owner_id == world.bot.id,
        "permissions": str(permissions),
        "features": [],
    }


def event(world: Registry, subject: ScheduledEvent, *, with_count: bool = False) -> JSON:
    """Write an event of the calendar."""
    body: JSON = {
        "id": str(subject.id),
        "guild_id": str(subject.guild_id),
        "name": subject.name,
        "description": subject.description,
        "channel_id": str(subject.channel_id) if subject.channel_id else None,
        "creator_id": str(subject.creator_id),
        "creator": users.user(world.user(subject.creator_id)),
        "image": None,
        "scheduled_start_time": iso(subject.starts_at),
        "scheduled_end_time": iso(subject.ends_at),
        "status": subject.status,
        "entity_type": subject.entity_type,
        "entity_id": None,
        "entity_metadata": {"location": subject.location} if subject.location else None,
        "recurrence_rule": None,
        "privacy_level": 2,
        "guild_scheduled_event_exceptions": [],
    }
    return body | {"user_count": len(subject.interested)} if with_count else body


def rule(subject: Rule) -> JSON:
    """Write an AutoMod rule."""
    return {
        "id": str(subject.id),
        "guild_id": str(subject.guild_id),
        "creator_id": str(subject.creator_id),
        "name": subject.name,
        "event_type": subject.event_type,
        "trigger_type": subject.trigger_type,
        "trigger_metadata": subject.trigger,
        "actions": subject.actions,
        "enabled": subject.enabled,
        "exempt_roles": [str(role_id) for role_id in subject.exempt_roles],
        "exempt_channels": [str(channel_id) for channel_id in subject.exempt_channels],
    }
