"""Users, the application and the way to the gateway."""

from sandbox.access import in_guild
from sandbox.acts import direct
from sandbox.acts import guilds as guild_acts
from sandbox.errors import refused
from sandbox.limits.form import Form
from sandbox.model import JSON
from sandbox.payloads import application as application_payload
from sandbox.payloads import channels, guilds, users
from sandbox.rest.call import Call, Reply, Route, done, ok, snowflake

PLENTY = 1000


def get_gateway(call: Call) -> Reply:
    """Tell where the gateway is."""
    return ok({"url": _gateway_url(call)})


def get_gateway_bot(call: Call) -> Reply:
    """Tell where the gateway is and how many sessions may start."""
    limit = {"total": PLENTY, "remaining": PLENTY, "reset_after": 0, "max_concurrency": PLENTY}
    return ok({"url": _gateway_url(call), "shards": call.world.shards, "session_start_limit": limit})


def _gateway_url(call: Call) -> str:
    return call.world.base_url.replace("http", "ws", 1)


def get_me(call: Call) -> Reply:
    """Give the bot's user."""
    return ok(users.own_user(call.me))


def get_user(call: Call) -> Reply:
    """Give a user."""
    return ok(users.user(call.world.user(call.id("user_id"))))


def list_my_guilds(call: Call) -> Reply:
    """List the servers that the bot is in."""
    world = call.world
    joined = [guild for guild in world.guilds.values() if call.me.id in guild.members]
    after = snowflake(call.query.get("after", 0), "after")
    limit = call.number("limit", 200, 1, 200)
    page = [guild for guild in sorted(joined, key=lambda g: g.id) if guild.id > after][:limit]
    bodies = [guilds.brief(world, guild, int(in_guild(world, guild, call.me.id))) for guild in page]
    return ok([body | _counts(call, len(page[i].members)) for i, body in enumerate(bodies)])


def _counts(call: Call, members: int) -> JSON:
    if not call.flag("with_counts"):
        return {}
    return {"approximate_member_count": members, "approximate_presence_count": members}


def leave_guild(call: Call) -> Reply:
    """Let the bot leave a server."""
    guild_acts.remove_bot(call.world, call.guild())
    return done()


def open_direct(call: Call) -> Reply:
    """Open a direct conversation with somebody."""
    user_id = snowflake(call.form.get("recipient_id"), "recipient_id")
    if user_id == call.me.id or call.world.user(user_id).bot:
        raise refused(50007)
    channel = direct.open_between(call.world, call.me.id, user_id)
    return ok(channels.channel(call.world, channel, call.me.id))


def get_application(call: Call) -> Reply:
    """Give the bot's application."""
    return ok(application_payload.application(call.world))


def edit_application(call: Call) -> Reply:
    """Change what a bot may change of its application."""
    form, errors, subject = call.form, Form(), call.world.application
    given = form.get("description", subject.description)
    description = given.get("default") if isinstance(given, dict) else given
    errors.text("description", description, 0, 400)
    errors.text("custom_install_url", form.get("custom_install_url"), 0, 2048)
    if len(form.get("tags") or []) > 5:  # noqa: PLR2004 - the documented limit
        errors.length("tags", 0, 5)
    errors.done()
    subject.description = description or ""
    subject.tags = list(form.get("tags", subject.tags) or [])
    subject.custom_install_url = form.get("custom_install_url", subject.custom_install_url)
    params = form.get("install_params")
    if params:
        subject.install_permissions = int(params["permissions"])
    return ok(application_payload.application(call.world))


ROUTES = [
    Route("GET", "/gateway", get_gateway, needs_token=False),
    Route("GET", "/gateway/bot", get_gateway_bot),
    Route("GET", "/users/@me", get_me),
    Route("GET", "/users/@me/guilds", list_my_guilds),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Route("POST", "/users/@me/channels", open_direct),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/oauth2/applications/@me", get_application),
    Route("GET", "/applications/@me", get_application),
    Route("PATCH", "/applications/@me", edit_application),
]
