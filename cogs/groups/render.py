"""How /about and /help look: plain text in parts, readable without colour or picture."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.groups.model import Group
from bot.words import Words
from cogs.shared.interactions import SafeLayout

_PARTS_ABOUT_IT = ("reads", "keeps")
_PARTS_ABOUT_DISCORD = ("discord", "rule")


def who_runs(application: discord.AppInfo | None, words: Words) -> str:
    """Name who answers for the bot, as Discord knows it, and their privacy policy where there is one."""
    if application is None:
        return words("groups.about.run_by_somebody")
    name = application.team.name if application.team else f"<@{application.owner.id}>"
    told = words("groups.about.run_by", who=name)
    policy = application.privacy_policy_url
    return f"{told} {words('groups.about.policy', address=policy)}" if policy else told


def about(groups: Sequence[Group], run_by: str, emergency: str, words: Words) -> ui.LayoutView:
    """Lay out what there is to know about the bot, for somebody in these groups (none: a stranger)."""
    layout = SafeLayout(timeout=None)
    opening = [f"### {words('groups.about.heading')}", words("groups.about.what")]
    layout.add_item(ui.TextDisplay("\n".join([*opening, words("groups.about.no_crisis_service", emergency=emergency)])))
    layout.add_item(ui.TextDisplay("\n".join(_told(groups, words))))
    layout.add_item(ui.TextDisplay("\n\n".join(words(f"groups.about.{part}") for part in _PARTS_ABOUT_IT)))
    layout.add_item(ui.TextDisplay("\n\n".join(words(f"groups.about.{part}") for part in _PARTS_ABOUT_DISCORD)))
    layout.add_item(ui.TextDisplay("\n".join([run_by, words("groups.about.complain")])))
    return layout


def help_page(listed: Sequence[tuple[str, str]], ways: Sequence[str], words: Words) -> ui.LayoutView:
    """Lay out the way to a person first, then what there is."""
    layout = SafeLayout(timeout=None)
    first = [f"### {words('groups.help.now')}", words("groups.help.not_me"), *ways]
    layout.add_item(ui.TextDisplay("\n".join(first)))
    lines = [words("groups.help.line", name=name, description=description) for name, description in listed]
    menu = words("groups.help.menu", name=words("crisis.report.menu"))
    layout.add_item(ui.TextDisplay("\n".join([f"### {words('groups.help.commands')}", *lines, menu])))
    return layout


def _told(groups: Sequence[Group], words: Words) -> list[str]:
    if not groups:
        return [words("groups.about.no_group")]
    return [
        words(
            "groups.about.group",
            group=group.label,
            circle=f"<#{group.circle}>",
            therapists=", ".join(f"<@{person}>" for person in group.therapists),
        )
        for group in groups
    ]
