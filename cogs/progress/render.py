"""How wins look: the card in the circle, and a member's own list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.progress.model import Audience, Win
from bot.words import Words
from cogs.shared.interactions import SafeLayout
from cogs.shared.writing import quoted, shortened

PREFIX = "win"
LIST = "wins"
PAGE = 5
_SHOWN_IN_LIST = 280


def cheer_id(key: str) -> str:
    """Return the custom id of a card's *Cheering you on*; by it a card is also found again in the circle."""
    return f"{PREFIX}:{key}:cheer"


def card(win: Win, cheers: int, words: Words) -> ui.LayoutView:
    """Lay out the card: who shares it, their words as a block of their own, and two buttons."""
    text = words("progress.card.unreadable") if win.text is None else quoted(win.text)
    cheer = words("progress.card.cheer_count", count=cheers) if cheers else words("progress.card.cheer")
    layout = SafeLayout(timeout=None)
    layout.add_item(
        ui.Container(
            ui.TextDisplay(words("progress.card.heading", who=f"<@{win.member_id}>")),
            ui.TextDisplay(text),
            ui.ActionRow(
                _button(cheer, cheer_id(win.key), discord.ButtonStyle.primary),
                _button(words("progress.card.take_back"), f"{PREFIX}:{win.key}:take_back"),
            ),
        )
    )
    return layout


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a member's own wins: the wins, which page it is (from 0), and how many wins there are."""

    wins: Sequence[Win]
    number: int
    total: int

    @property
    def is_last(self) -> bool:
        """Whether there is nothing older."""
        return (self.number + 1) * PAGE >= self.total


def own_wins(page: Page, words: Words, labels: dict[str, str], told: str | None = None) -> ui.LayoutView:
    """Lay out a page of a member's own wins; `told` says what a press has just done.

    `labels` are the names of the groups, shown only where there are several.
    """
    layout = SafeLayout(timeout=None)
    head = f"### {words('progress.list.heading')}\n-# {words('progress.list.only_you')}"
    layout.add_item(ui.TextDisplay(head if told is None else f"{told}\n{head}"))
    if not page.wins:
        layout.add_item(ui.TextDisplay(words("progress.list.none")))
    for win in page.wins:
        layout.add_item(ui.TextDisplay(_entry(win, words, labels)))
        layout.add_item(ui.ActionRow(*_choices(win, page.number, words)))
    turns = list(_turns(page, words))
    if turns:
        layout.add_item(ui.ActionRow(*turns))
    return layout


def _entry(win: Win, words: Words, labels: dict[str, str]) -> str:
    when = f"<t:{int(win.shared_at.timestamp())}:D>"
    audience = words(f"progress.list.{_standing(win)}")
    if len(labels) > 1:
        line = words(
            "progress.list.line_group", when=when, group=labels.get(win.group_key, win.group_key), audience=audience
        )
    else:
        line = words("progress.list.line", when=when, audience=audience)
    text = words("progress.list.unreadable") if win.text is None else quoted(shortened(win.text, _SHOWN_IN_LIST))
    return f"{line}\n{text}"


def _standing(win: Win) -> str:
    if win.audience is Audience.GROUP:
        return "group" if win.card else "on_its_way"
    return "unposted" if win.unposted else "only_me"


def _choices(win: Win, number: int, words: Words) -> Iterable["ui.Button[ui.LayoutView]"]:
    if win.audience is Audience.ONLY_ME and win.text is not None:
        yield _button(words("progress.list.share"), f"{LIST}:{win.key}.{number}:share")
    yield _button(words("progress.list.take_back"), f"{LIST}:{win.key}.{number}:take_back")


def _turns(page: Page, words: Words) -> Iterable["ui.Button[ui.LayoutView]"]:
    if page.number > 0:
        yield _button(words("progress.list.newer"), f"{LIST}:{page.number - 1}:page")
    if not page.is_last:
        yield _button(words("progress.list.older"), f"{LIST}:{page.number + 1}:page")


def _button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> "ui.Button[ui.LayoutView]":
    return ui.Button(label=label, custom_id=custom_id, style=style)
