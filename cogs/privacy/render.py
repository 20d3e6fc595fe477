"""How /my-data and /private-messages look: plain lists, and buttons that say what they do."""

from collections.abc import Iterable, Sequence

import discord
from discord import ui

from bot.privacy.contract import Holding
from bot.words import Words
from cogs.shared.interactions import SafeLayout

DATA = "data"
PRIVATE = "private"
DIRECT, THREAD = "direct", "thread"


def shown(holdings: Sequence[Holding], words: Words) -> ui.LayoutView:
    """Lay out what is kept about somebody."""
    lines = [f"### {words('privacy.show.heading')}"]
    lines += list(_lines(holdings, words)) or [words("privacy.show.nothing")]
    return _layout(lines, [words("privacy.show.confidence"), words("privacy.show.more")])


def preview(member_id: int, holdings: Sequence[Holding], words: Words) -> ui.LayoutView:
    """Lay out what an erase would take and what it would leave, with the button that does it."""
    goes = [holding for holding in holdings if holding.stays is None]
    lines = [f"### {words('privacy.erase.heading')}"]
    lines += [words("privacy.erase.goes"), *_lines(goes, words)] if goes else [words("privacy.erase.nothing_goes")]
    layout = _layout(
        [*lines, *_staying(holdings, words)], [words("privacy.erase.alarms"), words("privacy.erase.limits")]
    )
    if goes:
        layout.add_item(
            ui.ActionRow(
                _button(words("privacy.erase.button"), f"{DATA}:{member_id}:erase", discord.ButtonStyle.danger),
                _button(words("privacy.erase.keep_button"), f"{DATA}:{member_id}:keep"),
            )
        )
    return layout


def erased(left: Sequence[Holding], words: Words) -> ui.LayoutView:
    """Lay out what an erase has done."""
    lines = [words("privacy.erase.done"), *_staying(left, words)]
    return _layout(lines, [words("privacy.erase.alarms"), words("privacy.erase.limits")])


def told(text: str) -> ui.LayoutView:
    """Lay out a single sentence."""
    return _layout([text])


def private_messages(wants_direct: bool, words: Words, said: str | None = None) -> ui.LayoutView:
    """Lay out the two ways in which the bot can speak to somebody alone, and which one is chosen."""
    chosen = DIRECT if wants_direct else THREAD
    lines = [f"### {words('privacy.private.heading')}", words("privacy.private.when")]
    ways = [words(f"privacy.private.{way}") for way in (THREAD, DIRECT)]
    layout = _layout([said, *lines] if said else lines, ways, [words(f"privacy.private.now_{chosen}")])
    layout.add_item(
        ui.ActionRow(
            *(
                _button(words(f"privacy.private.{way}_button"), f"{PRIVATE}:{way}:choose", disabled=way == chosen)
                for way in (THREAD, DIRECT)
            )
        )
    )
    return layout


def _lines(holdings: Iterable[Holding], words: Words) -> Iterable[str]:
    for holding in holdings:
        yield "- " + words(f"privacy.kept.{holding.what}", count=holding.count)


def _staying(holdings: Sequence[Holding], words: Words) -> list[str]:
    stays = [holding for holding in holdings if holding.stays is not None]
    if not stays:
        return []
    lines = [
        f"- {words(f'privacy.kept.{each.what}', count=each.count)} {words(f'privacy.stays.{each.stays}')}"
        for each in stays
    ]
    return [words("privacy.erase.stays"), *lines]


def _layout(*blocks: Sequence[str]) -> ui.LayoutView:
    layout = SafeLayout(timeout=None)
    for block in blocks:
        layout.add_item(ui.TextDisplay("\n".join(block)))
    return layout


def _button(
    label: str,
    custom_id: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> "ui.Button[ui.LayoutView]":
    return ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled)
