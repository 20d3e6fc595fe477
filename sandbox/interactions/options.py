"""Turns what a person filled in for a command into Discord's option data, refusing what the command does not take."""

import base64
from collections.abc import Mapping
from typing import Any

from sandbox import media
from sandbox.access import can_view
from sandbox.errors import NotAllowed
from sandbox.interactions import payload
from sandbox.model import JSON, Channel, Guild
from sandbox.payloads import messages, users
from sandbox.registry import Registry

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
KINDS = {
    STRING: "a text",
    INTEGER: "a whole number",
    BOOLEAN: "true or false",
    USER: "a person",
    CHANNEL: "a channel",
    ROLE: "a role",
    MENTIONABLE: "a person or a role",
    NUMBER: "a number",
    ATTACHMENT: "a file",
}


class Chooser:
    """Checks chosen people, roles, channels and files, and collects what Discord sends along about them."""

    def __init__(self, world: Registry, channel: Channel, user_id: int) -> None:
        self.world = world
        self.channel = channel
        self.user_id = user_id
        self.resolved: dict[str, JSON] = {}

    @property
    def guild(self) -> Guild | None:
        """Give the server in which the choice is made."""
        return self.world.guild_of(self.channel)

    def user(self, value: object) -> str:
        """Take a person."""
        user_id = _as_id(value)
        known = self.guild.members if self.guild else self.channel.recipients
        if user_id not in known:
            raise NotAllowed(f"{value} is nobody who can be chosen here.")
        payload.merge(self.resolved, payload.resolved_user(self.world, self.guild, user_id, self.channel))
        return str(user_id)

    def role(self, value: object) -> str:
        """Take a role."""
        role_id = _as_id(value)
        if self.guild is None or role_id not in self.guild.roles:
            raise NotAllowed(f"{value} is no role of this server.")
        payload.merge(self.resolved, {"roles": {str(role_id): users.role(self.guild.roles[role_id])}})
        return str(role_id)

    def mentionable(self, value: object) -> str:
        """Take a person or a role."""
        is_role = self.guild is not None and _as_id(value) in self.guild.roles
        return self.role(value) if is_role else self.user(value)

    def place(self, value: object, types: list[int] | None = None) -> str:
        """Take a channel of one of these types."""
        channel = self.guild.channels.get(_as_id(value)) if self.guild else None
        if channel is None or not can_view(self.world, channel, self.user_id):
            raise NotAllowed(f"{value} is no channel that you can see.")
        if types and channel.type not in types:
            raise NotAllowed(f"#{channel.name} is not of a kind that can be chosen here.")
        payload.merge(self.resolved, payload.resolved_channel(self.world, channel, self.user_id))
        return str(channel.id)

    def file(self, value: object) -> str:
        """Take a file: a name, a type and its content in base64."""
        if not isinstance(value, Mapping) or "name" not in value or "base64" not in value:
            raise NotAllowed('A file is written {"name": ..., "base64": ...}.')
        content = base64.b64decode(str(value["base64"]))
        file = media.attachment(self.world.ids.snowflake(), media.safe_name(str(value["name"])), content)
        file.ephemeral = True
        self.world.files[file.id] = file
        body = messages.attachment(self.world, self.channel.id, file)
        payload.merge(self.resolved, {"attachments": {str(file.id): body}})
        return str(file.id)


def _as_id(value: object) -> int:
    given = getattr(value, "id", value)
    return int(str(given)) if str(given).isdigit() else -1


def fill_in(definition: JSON, given: Mapping[str, Any], chooser: Chooser) -> list[JSON]:
    """Give the option data of a command or subcommand, complete and valid."""
    options = {option["name"]: option for option in definition.get("options") or []}
    _refuse_unknown(options, given)
    for name, option in options.items():
        if option.get("required") and name not in given:
            raise NotAllowed(f"The option {name} is required.")
    return [_value(options[name], given[name], chooser) for name in options if name in given]


def fill_in_partly(definition: JSON, given: Mapping[str, Any], focused: str) -> list[JSON]:
    """Give the option data while somebody is still typing in the focused option."""
    options = {option["name"]: option for option in definition.get("options") or []}
    _refuse_unknown(options, given)
    if focused not in options:
        raise NotAllowed(f"There is no option {focused}.")
    if not options[focused].get("autocomplete"):
        raise NotAllowed(f"The option {focused} completes nothing.")
    given = {focused: "", **given}
    data = [{"name": name, "type": options[name]["type"], "value": given[name]} for name in options if name in given]
    return [entry | {"focused": True} if entry["name"] == focused else entry for entry in data]


def _refuse_unknown(options: Mapping[str, JSON], given: Mapping[str, Any]) -> None:
    strangers = sorted(set(given) - set(options))
    if strangers:
        raise NotAllowed(f"There is no option {', '.join(strangers)}.")


def _value(option: JSON, value: Any, chooser: Chooser) -> JSON:
    kind, name = option["type"], option["name"]
    if option.get("choices"):
        value = _chosen(option, value)
    takers = {
        USER: chooser.user,
        ROLE: chooser.role,
        MENTIONABLE: chooser.mentionable,
        CHANNEL: lambda chosen: chooser.place(chosen, option.get("channel_types")),
        ATTACHMENT: chooser.file,
    }
    taken = takers[kind](value) if kind in takers else _plain(option, value)
    return {"name": name, "type": kind, "value": taken}


def _chosen(option: JSON, value: Any) -> Any:
    for choice in option["choices"]:
        if value in (choice["value"], choice["name"]) or str(choice["value"]) == str(value):
            return choice["value"]
    raise NotAllowed(f"{value} is no choice of the option {option['name']}.")


def _plain(option: JSON, value: Any) -> Any:
    kind, name = option["type"], option["name"]
    wrong = NotAllowed(f"The option {name} takes {KINDS[kind]}, not {value!r}.")
    if kind == STRING:
        return _text(option, value, wrong)
    if kind == BOOLEAN:
        if not isinstance(value, bool):
            raise wrong
        return value
    try:
        number = int(str(value)) if kind == INTEGER else float(str(value))
    except ValueError:
        raise wrong from None
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and number < low) or (high is not None and number > high):
        raise NotAllowed(f"The option {name} takes {KINDS[kind]} from {low} to {high}.")
    return number


def _text(option: JSON, value: Any, wrong: NotAllowed) -> str:
    if not isinstance(value, str):
        raise wrong
    low, high = option.get("min_length", 0), option.get("max_length", 6000)
    if not low <= len(value) <= high:
        raise NotAllowed(f"The option {option['name']} takes {low} to {high} characters.")
    return value
