"""Servers and their roles."""

from sandbox import access
from sandbox.acts import guilds as guild_acts
from sandbox.acts.visibility import noticing
from sandbox.errors import refused
from sandbox.limits.form import Form
from sandbox.model import JSON, Guild, Role
from sandbox.payloads import guilds as payload
from sandbox.payloads import users
from sandbox.permissions import ALL, Permission
from sandbox.rest.call import Call, Reply, Route, done, ok, snowflake

P = Permission
NAME, MOST_ROLES = 100, 250


def get_guild(call: Call) -> Reply:
    """Give a server."""
    guild = call.guild()
    wanted = payload.with_counts if call.flag("with_counts") else payload.guild
    return ok(wanted(call.world, guild))


def edit_guild(call: Call) -> Reply:
    """Change a server's name, description, locale or system channel."""
    guild, form, errors = call.guild(), call.form, Form()
    access.require_in_guild(call.world, guild, call.me.id, P.MANAGE_GUILD)
    if "name" in form:
        errors.text("name", form["name"], 2, NAME)
    errors.done()
    guild.name = form.get("name") or guild.name
    guild.description = form.get("description", guild.description)
    guild.locale = form.get("preferred_locale") or guild.locale
    if "system_channel_id" in form:
        given = form["system_channel_id"]
        guild.system_channel_id = snowflake(given, "system_channel_id") if given else None
    guild_acts.update(call.world, guild)
    return ok(payload.guild(call.world, guild))


def list_roles(call: Call) -> Reply:
    """List a server's roles."""
    return ok([users.role(role) for role in call.guild().roles.values()])


def _role(call: Call, guild: Guild) -> Role:
    return call.world.role(guild, call.id("role_id"))


def get_role(call: Call) -> Reply:
    """Give a role."""
    return ok(users.role(_role(call, call.guild())))


def _check(call: Call, guild: Guild, form: JSON) -> None:
    access.require_in_guild(call.world, guild, call.me.id, P.MANAGE_ROLES)
    errors = Form()
    errors.text("name", form.get("name"), 0, NAME)
    errors.number("color", form.get("color"), 0, 0xFFFFFF)
    errors.done()
    wanted = Permission(int(form.get("permissions") or 0)) & ALL
    if wanted & ~access.in_guild(call.world, guild, call.me.id):
        raise refused(50013)


def create_role(call: Call) -> Reply:
    """Make a role."""
    guild, form = call.guild(), call.form
    _check(call, guild, form)
    if len(guild.roles) >= MOST_ROLES:
        raise refused(30005)
    given = form.get("permissions")
    role = Role(
        call.world.ids.snowflake(),
        guild.id,
        form.get("name") or "new role",
        guild.everyone.permissions if given is None else Permission(int(given)),
    )
    _change(role, form)
    return ok(users.role(guild_acts.add_role(call.world, guild, role)))


def _change(role: Role, form: JSON) -> None:
    role.name = form.get("name") or role.name
    role.color = int((form.get("colors") or {}).get("primary_color") or form.get("color") or role.color)
    role.hoist = bool(form.get("hoist", role.hoist))
    role.mentionable = bool(form.get("mentionable", role.mentionable))
    if form.get("permissions") is not None:
        role.permissions = Permission(int(form["permissions"]))


def edit_role(call: Call) -> Reply:
    """Change a role that stands below the bot's highest."""
    guild, form = call.guild(), call.form
    role = _role(call, guild)
    _check(call, guild, form)
    if not access.is_above(guild, call.me.id, role):
        raise refused(50013)
    with noticing(call.world, guild):
        _change(role, form)
    guild_acts.update_role(call.world, guild, role)
    return ok(users.role(role))


def delete_role(call: Call) -> Reply:
    """Delete a role that stands below the bot's highest."""
    guild = call.guild()
    role = _role(call, guild)
    _check(call, guild, {})
    if role.managed or role.id == guild.id or not access.is_above(guild, call.me.id, role):
        raise refused(50013)
    guild_acts.delete_role(call.world, guild, role)
    return done()


GUILD = "/guilds/{guild_id}"
ROUTES = [
    Route("GET", GUILD, get_guild),
    Route("PATCH", GUILD, edit_guild),
    Route("GET", GUILD + "/roles", list_roles),
    Route("POST", GUILD + "/roles", create_role),
    Route("GET", GUILD + "/roles/{role_id}", get_role),
    Route("PATCH", GUILD + "/roles/{role_id}", edit_role),
    Route("DELETE", GUILD + "/roles/{role_id}", delete_role),
]
