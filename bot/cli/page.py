"""`holdspace page`: the ways to reach therapists outside Discord."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import FINDINGS, ConfigOption, load_settings, note, out, wait_for

if TYPE_CHECKING:
    from bot.crisis.outside.send import Sent
    from bot.crisis.outside.targets import OutsideTarget

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_REMEDIES = {
    "unreachable": "The service could not be reached. Is this machine online, are host and port right, and may it "
    "connect there?",
    "timeout": "The service did not answer in time. Are host and port right, and does it answer other programs?",
    "login": "The service does not accept the account or the password. Make a new one, and write / : ? # @ in it as "
    "%2F %3A %3F %23 %40.",
    "refused.404": "The service does not know what the address names. Check topic, number or account.",
    "refused.403": "The service does not allow it. Check the account's rights, and whether number or topic is its own.",
    "refused.429": "The service says that it is too much at once. Wait a few minutes; pages try again by themselves.",
}
_ELSE = "Check every part of the address against apprise's page for this service, and the service's own log."


@app.callback()
def _group() -> None:
    """Try the ways to reach therapists outside Discord."""


@app.command("test")
def try_out(
    therapist: Annotated[
        int | None, typer.Option("--as", metavar="THERAPIST", help="Only this therapist's targets (Discord user id).")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Send a test page to every target outside Discord and say what happened. Ends with 1 if one failed.

    "Taken" means that the service accepted it: ask the therapist whether the phone rang.
    """
    from bot.crisis.outside.pages import refuse_wrong_addresses, targets_of

    targets = list(targets_of(load_settings(config).paging))
    if not targets:
        note("No target outside Discord is set. docs/operators.md shows how: [[paging.target]].")
        raise typer.Exit(FINDINGS)
    refuse_wrong_addresses(targets)
    wanted = [target for target in targets if therapist is None or target.therapist == therapist]
    if not wanted:
        known = sorted({str(target.therapist) for target in targets if target.therapist is not None})
        note(f"The therapist {therapist} has no target. Therapists with one: {', '.join(known) or 'none'}.")
        raise typer.Exit(FINDINGS)
    if not _report(wanted, wait_for(_tried(wanted))):
        raise typer.Exit(FINDINGS)


async def _tried(targets: Sequence["OutsideTarget"]) -> list["Sent"]:
    from bot.crisis.outside.send import send

    title = "TEST by Holdspace"
    body = "This is a TEST. Nothing has happened. Please tell whoever runs the bot that it arrived."
    return await asyncio.gather(*(send(target.url, title, body) for target in targets))


def _report(targets: Sequence["OutsideTarget"], results: Sequence["Sent"]) -> bool:
    width = max(len(target.name) for target in targets)
    for target, sent in zip(targets, results, strict=True):
        whose = "last resort" if target.therapist is None else f"therapist {target.therapist}"
        if sent.problem is None:
            out(f"ok    {target.name:<{width}}  {whose}: taken after {sent.seconds:.1f} s")
        else:
            out(f"fail  {target.name:<{width}}  {whose}: {sent.problem}")
            out(f"{'':<{width + 8}}-> {_REMEDIES.get(sent.problem, _ELSE)}")
    failures = sum(sent.problem is not None for sent in results)
    out(f"{len(results) - failures} of {len(results)} taken.")
    return not failures
