"""Commands, buttons, selects and modals."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sandbox import access
from sandbox.acts.mentions import walk
from sandbox.bus import Event
from sandbox.errors import NotAllowed
from sandbox.interactions.fields import SELECTS, as_list, chosen, submitted
from sandbox.interactions.model import Interaction, Kind, State
from sandbox.interactions.options import Chooser, fill_in, fill_in_partly
from sandbox.interactions.payload import merge, resolved_user
from sandbox.model import JSON, Channel, Message, User
from sandbox.payloads import messages as payload
from sandbox.people.base import Base, Named, as_id
from sandbox.permissions import Permission

CHAT, ON_USER, ON_MESSAGE = 1, 2, 3
BUTTON, LINK = 2, 5
IN_GUILD, IN_BOT_DM = 0, 1


class Using(Base):
    """What a person does with the bot's commands and components."""

    async def commands(self, person: Named, channel: Named) -> list[JSON]:
        """List the commands that a person may use in a channel."""
        who = self._person(person)
        return self._usable(who, self._channel(who, channel))

    def _usable(self, who: User, where: Channel) -> list[JSON]:
        guild = self.world.guild_of(where)
        granted = access.in_channel(self.world, where, who.id)
        if not granted & Permission.USE_APPLICATION_COMMANDS:
            return []
        if guild is None:
            here = list(self.world.global_commands.values()) if self.world.bot.id in where.recipients else []
            return [command for command in here if _fits(command, IN_BOT_DM)]
        if self.world.bot.id not in guild.members:
            return []
        of_guild = self.world.guild_commands.get(guild.id, {})
        every = [*of_guild.values(), *(c for c in self.world.global_commands.values() if _fits(c, IN_GUILD))]
        return [command for command in every if _may_use(command, granted)]

    def _command(self, who: User, where: Channel, name: str, kind: int) -> JSON:
        for command in self._usable(who, where):
            if command["name"] == name and command["type"] == kind:
                return command
        raise NotAllowed(f"There is no command {name!r} that {who.display_name or who.name} may use here.")

    def _find(self, who: User, where: Channel, name: str) -> tuple[JSON, list[JSON]]:
        """Give a command and the way down to its subcommand, innermost last."""
        first, *rest = name.split()
        command = self._command(who, where, first, CHAT)
        way = [command]
        for part in rest:
            options = way[-1].get("options") or []
            inner = next((o for o in options if o["name"] == part and o["type"] in (1, 2)), None)
            if inner is None:
                raise NotAllowed(f"The command {way[-1]['name']} has no subcommand {part}.")
            way.append(inner)
        if any(option["type"] in (1, 2) for option in way[-1].get("options") or []):
            names = ", ".join(option["name"] for option in way[-1]["options"])
            raise NotAllowed(f"Choose a subcommand of {name}: {names}.")
        return command, way

    async def command(self, person: Named, channel: Named, name: str, options: Mapping[str, Any] | None = None) -> JSON:
        """Use a chat command; `"my-data erase"` names a subcommand."""
        who = self._person(person)
        where = self._channel(who, channel)
        command, way = self._find(who, where, name)
        chooser = Chooser(self.world, where, who.id)
        filled = fill_in(way[-1], options or {}, chooser)
        data = _command_data(command, way, filled, chooser.resolved)
        return self._open(Kind.COMMAND, who, where, data, command=command)

    async def autocomplete(
        self, person: Named, channel: Named, name: str, options: Mapping[str, Any], focused: str
    ) -> list[JSON]:
        """Ask the bot to complete an option; none if it does not answer in time."""
        who = self._person(person)
        where = self._channel(who, channel)
        command, way = self._find(who, where, name)
        filled = fill_in_partly(way[-1], options, focused)
        data = _command_data(command, way, filled, {})
        subject = self.desk.open(Kind.AUTOCOMPLETE, who, where, data, command=command)
        await subject.settled.wait()
        return subject.choices

    async def context(self, person: Named, channel: Named, name: str, target: Named, *, kind: str) -> JSON:
        """Use a command on a message (`kind="message"`) or on a person (`kind="user"`)."""
        who = self._person(person)
        where = self._channel(who, channel)
        kinds = {"message": ON_MESSAGE, "user": ON_USER}
        if kind not in kinds:
            raise NotAllowed('The kind is "message" or "user".')
        command = self._command(who, where, name, kinds[kind])
        resolved: dict[str, JSON] = {}
        if kinds[kind] == ON_MESSAGE:
            message = self._message(who, where, target)
            resolved["messages"] = {str(message.id): payload.message(self.world, message)}
        else:
            guild = self.world.guild_of(where)
            merge(resolved, resolved_user(self.world, guild, as_id(target), where))
        data = _command_data(command, [command], [], resolved) | {"target_id": str(as_id(target))}
        return self._open(Kind.COMMAND, who, where, data, command=command)

    async def press(
        self, person: Named, channel: Named, message: Named, custom_id: str, values: Any | None = None
    ) -> JSON:
        """Press a button, or choose values in a select."""
        who = self._person(person)
        where = self._channel(who, channel)
        found = self._message(who, where, message)
        component = _component(found, custom_id)
        data: JSON = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        if component["type"] in SELECTS:
            chooser = Chooser(self.world, where, who.id)
            data["values"] = chosen(component, as_list(values), chooser)
            if chooser.resolved:
                data["resolved"] = chooser.resolved
        elif values is not None:
            raise NotAllowed("A button takes no values.")
        return self._open(Kind.COMPONENT, who, where, data, message=found)

    async def submit(self, person: Named, modal: Named, values: Mapping[str, Any] | None = None) -> JSON:
        """Fill in a modal and send it off."""
        who = self._person(person)
        cause = self.desk.interactions.get(as_id(modal))
        if cause is None or cause.modal is None or cause.user is not who:
            raise NotAllowed(f"No form with the id {as_id(modal)} is open.")
        chooser = Chooser(self.world, cause.channel, who.id)
        filled = submitted(cause.modal["components"], values or {}, chooser)
        data: JSON = {"custom_id": cause.modal["custom_id"], "components": filled}
        if chooser.resolved:
            data["resolved"] = chooser.resolved
        form, cause.modal = cause.modal, None
        sent = self._open(Kind.MODAL, who, cause.channel, data, message=cause.message, cause=cause)
        self.desk.interactions[int(sent["interaction"])].form = form
        self.world.publish(Event("MODAL_SENT", {"id": str(cause.id)}, only=frozenset({who.id}), bot=False))
        return sent

    async def dismiss(self, person: Named, message: Named) -> None:
        """Hide a message that only this person sees."""
        who = self._person(person)
        for channel in self.world.channels.values():
            found = channel.messages.get(as_id(message))
            if found and found.only_for == who.id:
                found.dismissed = True
                data = {"id": str(found.id), "channel_id": str(channel.id)}
                self.world.publish(Event("MESSAGE_DELETE", data, only=frozenset({who.id}), bot=False))
                return
        raise NotAllowed("Only a message that you alone see can be dismissed.")

    def _open(
        self,
        kind: Kind,
        who: User,
        where: Channel,
        data: JSON,
        *,
        message: Message | None = None,
        cause: Interaction | None = None,
        command: JSON | None = None,
    ) -> JSON:
        subject = self.desk.open(kind, who, where, data, message=message, cause=cause, command=command)
        return {"interaction": str(subject.id)}

    async def answer(self, interaction: Named | JSON) -> JSON:
        """Wait for the bot's first answer to an interaction.

        Gives `state` ("answered" or "failed"), `type` (Discord's kind of answer), `message`, `modal` and `choices`.
        """
        named = interaction["interaction"] if isinstance(interaction, Mapping) else interaction
        subject = self.desk.interactions.get(as_id(named))
        if subject is None:
            raise NotAllowed(f"There is no interaction with the id {named}.")
        await asyncio.wait_for(subject.settled.wait(), self.desk.answer_within + 1)
        original = subject.original
        return {
            "state": "failed" if subject.state is State.FAILED else "answered",
            "type": int(subject.callback) if subject.callback else None,
            "message": payload.message(self.world, original, subject.user.id) if original else None,
            "modal": subject.modal | {"id": str(subject.id)} if subject.modal else None,
            "choices": subject.choices,
        }


def _fits(command: JSON, context: int) -> bool:
    if command.get("contexts") is not None:
        return context in command["contexts"]
    return context == IN_GUILD or bool(command.get("dm_permission"))


def _may_use(command: JSON, granted: Permission) -> bool:
    needed = command.get("default_member_permissions")
    if needed is None or granted & Permission.ADMINISTRATOR:
        return True
    return int(needed) != 0 and granted & int(needed) == int(needed)


def _command_data(command: JSON, way: list[JSON], filled: list[JSON], resolved: JSON) -> JSON:
    options = filled
    for inner in reversed(way[1:]):
        options = [{"name": inner["name"], "type": inner["type"], "options": options}]
    data: JSON = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if options:
        data["options"] = options
    if resolved:
        data["resolved"] = resolved
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    return data


def _component(message: Message, custom_id: str) -> JSON:
    for component in walk(message.components):
        if component.get("custom_id") == custom_id:
            if component.get("disabled"):
                raise NotAllowed("This is disabled.")
            return component
    if any(c.get("type") == BUTTON and c.get("style") == LINK for c in walk(message.components)):
        raise NotAllowed(f"The message has nothing to use with the custom_id {custom_id!r}; a link button only opens.")
    raise NotAllowed(f"The message has nothing to use with the custom_id {custom_id!r}.")
