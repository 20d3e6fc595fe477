"""How the rota looks to a therapist."""

from collections.abc import Iterator, Sequence

import discord
from discord import ui

from bot.crisis.on_call.model import Piece, RotaView
from bot.crisis.on_call.policy import uses_rota
from bot.crisis.on_call.service import moment, shift_text
from bot.groups.model import Group
from bot.words import Words
from cogs.shared.interactions import SafeLayout

PREFIX = "on-call"
COVER_PREFIX = "cover"
_SHOWN = 20


def rota_layout(group: Group, view: RotaView, words: Words, mine: bool) -> ui.LayoutView:
    """Lay out who is on call in the next days; `mine` adds the button of somebody who is."""
    layout = SafeLayout(timeout=None)
    head = [f"### {words('on_call.show.heading', group=group.label)}", f"-# {words('on_call.show.only_you')}"]
    if not uses_rota(group):
        head.append(words("on_call.show.unused"))
    layout.add_item(ui.TextDisplay("\n".join([*head, *_coming(view.pieces, words)])))
    layout.add_item(ui.TextDisplay("\n".join([*_weekly(group, words), *_open(view, words)])))
    if mine:
        button: ui.Button[ui.LayoutView] = ui.Button(
            label=words("on_call.show.cover_me"), custom_id=f"{PREFIX}:{group.key}:cover-me"
        )
        layout.add_item(ui.ActionRow(button))
    return layout


def cover_view(request_id: int, words: Words) -> ui.View:
    """Return the view of a request to be relieved: one button that takes it."""
    view = ui.View(timeout=None)
    view.add_item(
        ui.Button(
            label=words("on_call.cover.button"),
            style=discord.ButtonStyle.primary,
            custom_id=f"{COVER_PREFIX}:{request_id}:take",
        )
    )
    return view


def _coming(pieces: Sequence[Piece], words: Words) -> Iterator[str]:
    first, *rest = pieces
    name = "now" if first.who is not None else "now_nobody"
    yield words(f"on_call.show.{name}", who=f"<@{first.who}>", to=moment(first.end))
    for piece in rest[:_SHOWN]:
        name = "line" if piece.who is not None else "line_nobody"
        yield words(
            f"on_call.show.{name}", who=f"<@{piece.who}>", **{"from": moment(piece.start), "to": moment(piece.end)}
        )
    if len(rest) > _SHOWN:
        yield words("on_call.show.more", count=len(rest) - _SHOWN)


def _weekly(group: Group, words: Words) -> Iterator[str]:
    if not group.shifts:
        yield words("on_call.show.no_weekly")
    for title, listed in (("weekly", group.shifts), ("off_duty", group.off_duty)):
        if listed:
            yield words(f"on_call.show.{title}")
        for hours in listed[:_SHOWN]:
            yield words("on_call.show.weekly_line", shift=shift_text(hours), who=f"<@{hours.who}>")
        if len(listed) > _SHOWN:
            yield words("on_call.show.more", count=len(listed) - _SHOWN)


def _open(view: RotaView, words: Words) -> Iterator[str]:
    if view.gaps:
        yield words("on_call.show.gaps", count=len(view.gaps))
    for request in view.requests:
        times = {"from": moment(request.start), "to": moment(request.end)}
        yield words("on_call.show.waiting", who=f"<@{request.asked_by}>", **times)
