"""Application commands: registered for all or for one server."""

from typing import Any

from sandbox.errors import refused, unknown
from sandbox.limits import commands as limits
from sandbox.model import JSON
from sandbox.registry import Registry
from sandbox.rest.call import Call, Reply, Route, created, done, ok

CHAT = 1
NESTING = (1, 2)
OPTIONAL = ("required", "autocomplete", "min_value", "max_value", "min_length", "max_length", "name_localizations")
KEPT = (*OPTIONAL, "description_localizations")


def _store(call: Call) -> dict[int, JSON]:
    if call.id("application_id") != call.world.application.id:
        raise unknown("application")
    if "guild_id" not in call.parameters:
        return call.world.global_commands
    return call.world.guild_commands.setdefault(call.guild().id, {})


def _guild_id(call: Call) -> int | None:
    return call.id("guild_id") if "guild_id" in call.parameters else None


def settle(world: Registry, form: JSON, guild_id: int | None, known: JSON | None) -> JSON:
    """Turn a sent command into a stored one."""
    needed = form.get("default_member_permissions")
    body: JSON = {
        "id": known["id"] if known else str(world.ids.snowflake()),
        "application_id": str(world.application.id),
        "version": str(world.ids.snowflake()),
        "type": form.get("type") or CHAT,
        "name": form["name"],
        "name_localizations": form.get("name_localizations"),
        "description": form.get("description") or "",
        "description_localizations": form.get("description_localizations"),
        "default_member_permissions": None if needed is None else str(needed),
        "dm_permission": form.get("dm_permission") is not False,
        "contexts": form.get("contexts"),
        "integration_types": form.get("integration_types") or [0],
        "nsfw": bool(form.get("nsfw")),
    }
    if guild_id is not None:
        body["guild_id"] = str(guild_id)
    if body["type"] == CHAT:
        body["options"] = [_option(option) for option in form.get("options") or []]
    return body


def _option(sent: JSON) -> JSON:
    body: JSON = {"type": sent["type"], "name": sent["name"], "description": sent["description"]}
    body |= {key: sent[key] for key in KEPT if sent.get(key) not in (None, False)}
    if sent["type"] in NESTING:
        body.pop("required", None)
        body["options"] = [_option(option) for option in sent.get("options") or []]
    if sent.get("choices"):
        body["choices"] = [{"name": choice["name"], "value": choice["value"]} for choice in sent["choices"]]
    if sent.get("channel_types"):
        body["channel_types"] = sent["channel_types"]
    return body


def _same(store: dict[int, JSON], form: JSON) -> JSON | None:
    key = (form.get("type") or CHAT, form.get("name"))
    return next((known for known in store.values() if (known["type"], known["name"]) == key), None)


def list_commands(call: Call) -> Reply:
    """List the registered commands."""
    return ok(list(_store(call).values()))


def replace_commands(call: Call) -> Reply:
    """Replace all commands; those of the same name keep their ids."""
    sent: Any = call.body if call.body is not None else []
    if not isinstance(sent, list):
        raise refused(50109)
    store = _store(call)
    limits.check_all(sent)
    if limits.too_many(sent):
        raise refused(30032)
    made = [settle(call.world, form, _guild_id(call), _same(store, form)) for form in sent]
    store.clear()
    store.update({int(command["id"]): command for command in made})
    return ok(made)


def create_command(call: Call) -> Reply:
    """Register a command, or replace the one of the same name."""
    store, form = _store(call), call.form
    limits.check_one(form)
    known = _same(store, form)
    if limits.too_many([*store.values(), *([] if known else [form])]):
        raise refused(30032)
    command = settle(call.world, form, _guild_id(call), known)
    store[int(command["id"])] = command
    return ok(command) if known else created(command)


def _command(call: Call) -> JSON:
    found = _store(call).get(call.id("command_id"))
    if found is None:
        raise unknown("command")
    return found


def get_command(call: Call) -> Reply:
    """Give a command."""
    return ok(_command(call))


def edit_command(call: Call) -> Reply:
    """Change a command."""
    known = _command(call)
    form = known | call.form
    limits.check_one(form)
    command = settle(call.world, form, _guild_id(call), known)
    _store(call)[int(command["id"])] = command
    return ok(command)


def delete_command(call: Call) -> Reply:
    """Remove a command."""
    del _store(call)[int(_command(call)["id"])]
    return done()


GLOBAL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
ROUTES = [
    route
    for base in (GLOBAL, OF_GUILD)
    for route in (
        Route("GET", base, list_commands),
        Route("PUT", base, replace_commands),
        Route("POST", base, create_command),
        Route("GET", base + "/{command_id}", get_command),
        Route("PATCH", base + "/{command_id}", edit_command),
        Route("DELETE", base + "/{command_id}", delete_command),
    )
]
