"""Forms (modals) that outlive a restart: what was written is read from the interaction, not from a form in memory.

discord.py forgets an open modal when the process ends, and whoever then sends it would get no answer and lose what
they wrote. So a form does nothing itself; its cog listens for `on_interaction` and takes it with `sent_form`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from cogs.shared.interactions import SafeModal


class Form(SafeModal):
    """A modal whose custom id is `<name>:<about>`; its cog reads what comes back with `sent_form`."""

    def __init__(self, name: str, about: str, *, title: str) -> None:
        super().__init__(title=title, custom_id=f"{name}:{about}", timeout=900)


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that somebody sent: what it is about, its fields by their custom ids, and what was chosen in its lists."""

    about: str
    fields: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]


def sent_form(interaction: discord.Interaction, name: str) -> SentForm | None:
    """Return the form of this name that an interaction brings, or None for any other interaction."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Mapping[str, Any] = interaction.data or {}
    form, _, about = str(data.get("custom_id", "")).partition(":")
    if form != name:
        return None
    parts = list(_parts(data.get("components", [])))
    fields = {str(part["custom_id"]): part["value"] for part in parts if isinstance(part.get("value"), str)}
    lists = {str(part["custom_id"]): part["values"] for part in parts if isinstance(part.get("values"), list)}
    return SentForm(about, fields, {name: tuple(map(str, chosen)) for name, chosen in lists.items()})


def _parts(components: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Walk through everything in a form that has an id of its own."""
    for component in components:
        inner = component.get("component")
        if isinstance(inner, Mapping):
            yield from _parts([inner])
        yield from _parts(component.get("components", []))
        if "custom_id" in component:
            yield component
