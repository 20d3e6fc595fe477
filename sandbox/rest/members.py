"""Members: read, searched, changed, timed out, kicked and banned."""

from datetime import timedelta

from sandbox import access
from sandbox.acts import guilds as guild_acts
from sandbox.acts import messages as message_acts
from sandbox.acts.members import named_like
from sandbox.errors import refused, unknown
from sandbox.limits.form import Form, refuse
from sandbox.model import JSON, Guild, Member, Role
from sandbox.payloads import users
from sandbox.permissions import Permission
from sandbox.rest.call import Call, Reply, Route, done, moment, ok, snowflake

P = Permission
LONGEST_NICK = 32
LONGEST_TIME_OUT = timedelta(days=28)


def _member(call: Call, guild: Guild) -> Member:
    return call.world.member(guild, call.id("user_id"))


def get_member(call: Call) -> Reply:
    """Give a member."""
    return ok(users.member(_member(call, call.guild())))


def list_members(call: Call) -> Reply:
    """List members by id; only with the members intent."""
    guild = call.guild()
    if not call.world.has_intent("members"):
        raise refused(50001)
    after = snowflake(call.query.get("after", 0), "after")
    limit = call.number("limit", 1, 1, 1000)
    found = [guild.members[user_id] for user_id in sorted(guild.members) if user_id > after]
    return ok([users.member(member) for member in found[:limit]])


def search_members(call: Call) -> Reply:
    """Find members by the start of their name."""
    guild = call.guild()
    if not call.query.get("query"):
        raise refuse("query", "BASE_TYPE_REQUIRED", "This field is required")
    limit = call.number("limit", 1, 1, 1000)
    return ok([users.member(member) for member in named_like(guild, call.query["query"], limit)])


def edit_member(call: Call) -> Reply:
    """Change a member's nickname, roles or time-out."""
    guild, form = call.guild(), call.form
    member = _member(call, guild)
    errors = Form()
    errors.text("nick", form.get("nick"), 0, LONGEST_NICK)
    errors.done()
    own = member.user.id == call.me.id
    if "nick" in form:
        needed = P.CHANGE_NICKNAME if own else P.MANAGE_NICKNAMES
        access.require_in_guild(call.world, guild, call.me.id, needed)
    if "communication_disabled_until" in form:
        _time_out(call, guild, member, form["communication_disabled_until"])
    if not own:
        access.require_above_member(guild, call.me.id, member)
    if form.get("roles") is not None:
        _replace_roles(call, guild, member, form["roles"])
    if "nick" in form:
        member.nick = form["nick"] or None
    guild_acts.update_member(call.world, guild, member)
    return ok(users.member(member))


def _time_out(call: Call, guild: Guild, member: Member, given: object) -> None:
    access.require_in_guild(call.world, guild, call.me.id, P.MODERATE_MEMBERS)
    access.require_above_member(guild, call.me.id, member)
    if given is None:
        member.timed_out_until = None
        return
    until = moment(given, "communication_disabled_until")
    if until > call.world.ids.now() + LONGEST_TIME_OUT:
        text = "Must be less than 28 days in the future."
        raise refuse("communication_disabled_until", "GUILD_MEMBER_COMMUNICATION_DISABLED_TOO_LONG", text)
    if access.in_guild(call.world, guild, member.user.id) & P.ADMINISTRATOR:
        raise refused(50013)
    member.timed_out_until = until


def _replace_roles(call: Call, guild: Guild, member: Member, given: list[object]) -> None:
    wanted = {snowflake(role_id, "roles") for role_id in given}
    for role_id in wanted ^ set(member.roles):
        _require_handling(call, guild, call.world.role(guild, role_id))
    guild_acts.set_roles(call.world, guild, member, sorted(wanted))


def _require_handling(call: Call, guild: Guild, role: Role) -> None:
    access.require_in_guild(call.world, guild, call.me.id, P.MANAGE_ROLES)
    if role.managed or role.id == guild.id or not access.is_above(guild, call.me.id, role):
        raise refused(50013)


def edit_own_member(call: Call) -> Reply:
    """Change the bot's own nickname."""
    guild = call.guild()
    member = guild.members[call.me.id]
    errors = Form()
    errors.text("nick", call.form.get("nick"), 0, LONGEST_NICK)
    errors.done()
    access.require_in_guild(call.world, guild, call.me.id, P.CHANGE_NICKNAME)
    member.nick = call.form.get("nick") or None
    guild_acts.update_member(call.world, guild, member)
    return ok(users.member_with_permissions(call.world, guild, member))


def add_role(call: Call) -> Reply:
    """Give a member a role."""
    guild = call.guild()
    member, role = _member(call, guild), call.world.role(guild, call.id("role_id"))
    _require_handling(call, guild, role)
    if role.id not in member.roles:
        guild_acts.set_roles(call.world, guild, member, [*member.roles, role.id])
    return done()


def remove_role(call: Call) -> Reply:
    """Take a role from a member."""
    guild = call.guild()
    member, role = _member(call, guild), call.world.role(guild, call.id("role_id"))
    _require_handling(call, guild, role)
    if role.id in member.roles:
        guild_acts.set_roles(call.world, guild, member, [r for r in member.roles if r != role.id])
    return done()


def kick(call: Call) -> Reply:
    """Throw a member out."""
    guild = call.guild()
    access.require_in_guild(call.world, guild, call.me.id, P.KICK_MEMBERS)
    member = _member(call, guild)
    access.require_above_member(guild, call.me.id, member)
    guild_acts.leave(call.world, guild, member.user)
    return done()


def ban(call: Call) -> Reply:
    """Ban a user, member or not."""
    guild = call.guild()
    access.require_in_guild(call.world, guild, call.me.id, P.BAN_MEMBERS)
    user = call.world.user(call.id("user_id"))
    if user.id in guild.members:
        access.require_above_member(guild, call.me.id, guild.members[user.id])
    given = call.form.get("delete_message_seconds") or call.query.get("delete_message_seconds") or 0
    guild_acts.ban(call.world, guild, user, call.reason)
    message_acts.delete_recent(call.world, guild, user.id, timedelta(seconds=int(given)))
    return done()


def unban(call: Call) -> Reply:
    """Lift a ban."""
    guild = call.guild()
    access.require_in_guild(call.world, guild, call.me.id, P.BAN_MEMBERS)
    if call.id("user_id") not in guild.bans:
        raise unknown("ban")
    guild_acts.unban(call.world, guild, call.world.user(call.id("user_id")))
    return done()


def _ban(call: Call, guild: Guild, user_id: int) -> JSON:
    return {"user": users.user(call.world.user(user_id)), "reason": guild.bans[user_id]}


def list_bans(call: Call) -> Reply:
    """List a server's bans."""
    guild = call.guild()
    access.require_in_guild(call.world, guild, call.me.id, P.BAN_MEMBERS)
    return ok([_ban(call, guild, user_id) for user_id in guild.bans])


def get_ban(call: Call) -> Reply:
    """Give a ban."""
    guild = call.guild()
    access.require_in_guild(call.world, guild, call.me.id, P.BAN_MEMBERS)
    if call.id("user_id") not in guild.bans:
        raise unknown("ban")
    return ok(_ban(call, guild, call.id("user_id")))


MEMBERS = "/guilds/{guild_id}/members"
MEMBER = MEMBERS + "/{user_id}"
BANS = "/guilds/{guild_id}/bans"
ROUTES = [
    Route("GET", MEMBERS, list_members),
    Route("GET", MEMBERS + "/search", search_members),
    Route("PATCH", MEMBERS + "/@me", edit_own_member),
    Route("GET", MEMBER, get_member),
    Route("PATCH", MEMBER, edit_member),
    Route("DELETE", MEMBER, kick),
    Route("PUT", MEMBER + "/roles/{role_id}", add_role),
    Route("DELETE", MEMBER + "/roles/{role_id}", remove_role),
    Route("GET", BANS, list_bans),
    Route("GET", BANS + "/{user_id}", get_ban),
    Route("PUT", BANS + "/{user_id}", ban),
    Route("DELETE", BANS + "/{user_id}", unban),
]
