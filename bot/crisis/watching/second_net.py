"""The second net: an alert-only rule of Discord's own AutoMod for each group that wants it, at work while we are down.

What the rule has to be is decided here, without Discord; `cogs/crisis/second_net.py` installs it and keeps it in step.
Where it cannot be what it has to be, there is none: a rule that also reads other groups' channels, or misses this one,
would be worse than the knowledge that there is no second net.
"""

import tomllib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources

from bot.errors import BadInput
from bot.groups.model import Group

# Discord's documentation, auto moderation: rules of the keyword type in a server, keywords in a rule, signs in a
# keyword, channels that a rule may leave out.
RULES, KEYWORDS, KEYWORD_LENGTH, EXEMPT = 6, 1000, 60, 50

_LOOK_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a group's rule has to be."""

    name: str
    keywords: tuple[str, ...]
    exempt: frozenset[int]
    alert: int


@dataclass(frozen=True, slots=True)
class Server:
    """What the bot sees of a server: its own right, the channels in which people write, and others' keyword rules."""

    may_manage: bool
    channels: frozenset[int]
    other_rules: int


def phrases(folder_text: str | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return the phrases of each language; raises BadInput where Discord would not take them."""
    text = folder_text or resources.files("prompts").joinpath("second_net.toml").read_text(encoding="utf-8")
    found = {language: tuple(listed) for language, listed in tomllib.loads(text).items()}
    for language, listed in found.items():
        if len(listed) > KEYWORDS or any(not 0 < len(phrase) <= KEYWORD_LENGTH for phrase in listed):
            raise BadInput(
                f"prompts/second_net.toml, {language}: Discord takes {KEYWORDS} phrases of {KEYWORD_LENGTH} signs.",
                "Shorten the list.",
            )
    return found


def name_of(group: Group) -> str:
    """Return the name of a group's rule, by which it is found again."""
    return f"Holdspace: {group.key}"


def rule_for(group: Group, server: Server, known: Mapping[str, Sequence[str]]) -> Rule | str:
    """Return what a group's rule has to be, or the reason why there cannot be one."""
    keywords = tuple(known.get(group.language, ()))
    exempt = server.channels - {group.circle}
    if not server.may_manage:
        return "second_net_no_right"
    if not keywords:
        return "second_net_no_words"
    if len(exempt) > EXEMPT:
        return "second_net_too_many_channels"
    if server.other_rules >= RULES:
        return "second_net_too_many_rules"
    return Rule(name_of(group), keywords, exempt, group.care)


class SecondNets:
    """Has the rules looked at every ten minutes; who looks is registered by the cog."""

    def __init__(self) -> None:
        self._keep: Callable[[], Awaitable[None]] | None = None
        self._looked_at: datetime | None = None

    def keep_with(self, keep: Callable[[], Awaitable[None]]) -> None:
        """Register who keeps the rules in step."""
        self._keep = keep

    async def run_due(self, now: datetime) -> bool:
        """Look, if it is time; says whether it was."""
        if self._looked_at is None:
            self._looked_at = now  # the start has looked already
        if self._keep is None or now - self._looked_at < _LOOK_EVERY:
            return False
        self._looked_at = now
        await self._keep()
        return True


def in_step(wanted: Rule, keywords: Collection[str], exempt: Collection[int], alert: int | None, *, on: bool) -> bool:
    """Say whether a rule on Discord is what it has to be."""
    return on and set(keywords) == set(wanted.keywords) and set(exempt) == wanted.exempt and alert == wanted.alert
