"""Lists of members, by id or by the start of their name."""

from collections.abc import Iterator

from sandbox.model import JSON, Guild, Member
from sandbox.payloads import users
from sandbox.registry import Registry

CHUNK = 1000
MOST_BY_QUERY = 100


def named_like(guild: Guild, query: str, limit: int) -> list[Member]:
    """Find members whose user name, display name or nickname begins like this."""
    start = query.casefold()
    found = [
        member
        for member in guild.members.values()
        if any(
            name.casefold().startswith(start)
            for name in (member.user.name, member.user.display_name, member.nick)
            if name
        )
    ]
    return found[:limit]


def chunks(world: Registry, request: JSON, *, may_list: bool) -> Iterator[JSON]:
    """Answer a request for members in chunks of at most a thousand."""
    guild = world.guilds.get(int(request["guild_id"]))
    if guild is None or world.bot.id not in guild.members:
        return
    found, missing = _asked_for(guild, request, may_list=may_list)
    pieces = [found[at : at + CHUNK] for at in range(0, len(found), CHUNK)] or [[]]
    for index, piece in enumerate(pieces):
        data: JSON = {
            "guild_id": str(guild.id),
            "members": [users.member(member) for member in piece],
            "chunk_index": index,
            "chunk_count": len(pieces),
            "not_found": missing,
        }
        yield data | ({"nonce": request["nonce"]} if request.get("nonce") else {})


def _asked_for(guild: Guild, request: JSON, *, may_list: bool) -> tuple[list[Member], list[str]]:
    if request.get("user_ids") is not None:
        given = request["user_ids"]
        wanted = [int(user_id) for user_id in (given if isinstance(given, list) else [given])]
        found = [guild.members[user_id] for user_id in wanted if user_id in guild.members]
        return found, [str(user_id) for user_id in wanted if user_id not in guild.members]
    query, limit = request.get("query", ""), request.get("limit", 0)
    if query:
        return named_like(guild, query, min(limit or MOST_BY_QUERY, MOST_BY_QUERY)), []
    return (list(guild.members.values()) if may_list else []), []
