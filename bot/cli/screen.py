"""`holdspace screen`: what the crisis screener finds in a text, for people; and line by line, for programs."""

import gc
import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import FINDINGS, note

if TYPE_CHECKING:
    from bot.crisis.screening import Context

_MOST_READ = 1 << 20


class ReplyTo(StrEnum):
    """The level of the message that a text replies to."""

    NONE = "none"
    CONCERN = "concern"
    HIGH = "high"
    IMMINENT = "imminent"


def command(
    text: Annotated[
        str | None,
        typer.Argument(help="The text, in quotes; - reads it from stdin (and keeps it out of the shell's history)."),
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"id", "text"} lines from stdin, write {"id", "severity", ...} lines.')
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="No colour: found words stand in [ ], lowering words in < >.")
    ] = False,
    as_therapist: Annotated[
        bool, typer.Option("--as-therapist", help="Read it as written by one of the group's therapists.")
    ] = False,
    reply_to: Annotated[
        ReplyTo, typer.Option("--reply-to", help="Read it as a reply to a message of this level.")
    ] = ReplyTo.NONE,
) -> None:
    """Show what the crisis screener finds in a text, and why. Nothing is kept, sent or paged."""
    from bot.crisis.screening import Context, Level

    if (text is None) is not jsonl:
        raise typer.BadParameter(
            'give either a text in quotes, or - for stdin, or --jsonl. Example: holdspace screen "text"'
        )
    context = Context(author_is_therapist=as_therapist, parent_level=Level.of(reply_to))
    if jsonl:
        _screen_lines(context)
    elif text is not None:
        _screen_text(_from_stdin() if text == "-" else text, context, colour=not plain and _may_colour())


def _screen_text(text: str, context: "Context", *, colour: bool) -> None:
    from bot.crisis.screening import Screener, views_of
    from bot.crisis.screening.explain import explained

    views = views_of(text)
    for line in explained(Screener.load().assess(views, context), views, content=text, colour=colour):
        typer.echo(line, color=colour)


def _screen_lines(context: "Context") -> None:
    from bot.cli.screen_lines import answers
    from bot.crisis.screening import Screener

    screener = Screener.load()
    gc.freeze()  # what was loaded stays: looking it through again and again would cost a tenth of the time
    bad = answers(screener, context, sys.stdin.buffer, sys.stdout, note)
    if bad:
        note(f"{bad} line{'s' * (bad != 1)} had no answer; all others have theirs.")
        raise typer.Exit(FINDINGS)


def _from_stdin() -> str:
    raw = sys.stdin.buffer.read(_MOST_READ)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        note("The text is no UTF-8; letters that could not be read are left out of what follows.")
        return raw.decode("utf-8", errors="replace")


def _may_colour() -> bool:
    return "NO_COLOR" not in os.environ and (sys.stdout.isatty() or "FORCE_COLOR" in os.environ)
