"""The choices under a text to a member: what they are called, and the views they stand in."""

import discord
from discord import ui

from bot.crisis.cases.model import Raised
from bot.words import Words

MINE = "mine"
HELP = "help"
WORRY = "worry"

_SAID = ("contact_me", "safe", "more", "plan", "grounding")
_HANDED_OVER = ("status", "contact_me", "more", "plan", "grounding")
_ASKED = ("status", "mistake", "more", "plan", "grounding")


def said_view(case_id: int, words: Words) -> ui.View:
    """Return the choices under a text to somebody whose words raised an alarm."""
    return _view(case_id, _SAID, words)


def asked_view(case_id: int, words: Words) -> ui.View:
    """Return the choices under the answer to somebody who pressed."""
    return _view(case_id, _ASKED, words)


def under_alarm(raised: Raised | None, words: Words) -> dict[str, ui.View]:
    """Return the choices under the answer to a form whose words raised an alarm, as an argument for sending."""
    return {} if raised is None else {"view": _view(raised.case.id, _HANDED_OVER, words)}


def more_view(case_id: int, words: Words, *, replies: bool) -> ui.View:
    """Return everything there is to choose."""
    view = _view(case_id, ("contact_me", "safe", "plan", "grounding", "status"), words)
    view.add_item(_button(case_id, "replies_off" if replies else "replies_on", words))
    return view


def replies_view(replies: bool, words: Words) -> ui.View:
    """Return the one choice of somebody without an open alarm."""
    view = ui.View(timeout=None)
    view.add_item(_button(0, "replies_off" if replies else "replies_on", words))
    return view


def help_view(group_key: str, words: Words) -> ui.View:
    """Return the standing button."""
    view = ui.View(timeout=None)
    label = words("care.button.help_now")
    view.add_item(ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=f"{HELP}:{group_key}:now"))
    return view


def worry_view(case_id: int, press_id: int, words: Words) -> ui.View:
    """Return the two answers to the question whether somebody is in danger now."""
    view = ui.View(timeout=None)
    for answer, style in (("yes", discord.ButtonStyle.danger), ("no", discord.ButtonStyle.secondary)):
        label = words(f"care.button.{answer}")
        view.add_item(ui.Button(label=label, style=style, custom_id=f"{WORRY}:{case_id}.{press_id}:{answer}"))
    return view


def _view(case_id: int, names: tuple[str, ...], words: Words) -> ui.View:
    view = ui.View(timeout=None)
    for name in names:
        view.add_item(_button(case_id, name, words))
    return view


def _button(case_id: int, name: str, words: Words) -> "ui.Button[ui.View]":
    return ui.Button(label=words(f"care.button.{name}"), custom_id=f"{MINE}:{case_id}:{name}")
