"""Users, members and roles in Discord's shape."""

from sandbox.access import in_guild
from sandbox.ids import iso
from sandbox.model import JSON, Guild, Member, Role, User
from sandbox.registry import Registry


def user(subject: User) -> JSON:
    """Write a user."""
    return {
        "id": str(subject.id),
        "username": subject.name,
        "global_name": subject.display_name,
        "discriminator": "0" if not subject.bot else f"{subject.id % 9999 + 1:04}",
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "bot": subject.bot,
        "system": False,
        "flags": 0,
        "public_flags": 0,
        "primary_guild": None,
        "collectibles": None,
    }


def own_user(subject: User) -> JSON:
    """Write the bot's user as the bot itself sees it."""
    return user(subject) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def bare_member(member: Member) -> JSON:
    """Write a member without the user, as inside a message."""
    return {
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "collectibles": None,
        "communication_disabled_until": iso(member.timed_out_until),
        "deaf": False,
        "flags": 0,
        "joined_at": iso(member.joined_at),
        "mute": False,
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in member.roles],
    }


def member(subject: Member) -> JSON:
    """Write a member with the user."""
    return bare_member(subject) | {"user": user(subject.user)}


def member_with_permissions(world: Registry, guild: Guild, subject: Member) -> JSON:
    """Write a member with what they may do in the server."""
    return member(subject) | {"permissions": str(int(in_guild(world, guild, subject.user.id)))}


def role(subject: Role) -> JSON:
    """Write a role."""
    body: JSON = {
        "id": str(subject.id),
        "name": subject.name,
        "permissions": str(int(subject.permissions)),
        "position": subject.position,
        "color": subject.color,
        "colors": {"primary_color": subject.color, "secondary_color": None, "tertiary_color": None},
        "hoist": subject.hoist,
        "managed": subject.managed,
        "mentionable": subject.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return body | {"tags": {"bot_id": str(subject.bot_id)}} if subject.bot_id else body
