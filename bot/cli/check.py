"""`holdspace check`: is everything ready, and what to do where it is not."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import FINDINGS, ConfigOption, load_settings, out, wait_for

if TYPE_CHECKING:
    from bot.cli.checks import Finding
    from bot.config import Settings

_COLOURS = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}


def command(
    config: ConfigOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Leave Discord out.")] = False,
) -> None:
    """Check the settings, the key, the database, the texts, the token, the intents and each group's channels.

    Ends with 0 if nothing failed, and with 1 otherwise; warnings do not count.
    """
    if not report(look(config, offline=offline)):
        raise typer.Exit(FINDINGS)


def look(config: Path | None, *, offline: bool = False) -> list["Finding"]:
    """Look at everything; a configuration that cannot be read is the only finding then."""
    from bot import log
    from bot.cli.checks import failed, ok
    from bot.errors import ConfigError

    log.configure("error")
    try:
        settings = load_settings(config)
    except ConfigError as error:
        return [failed("settings", error)]
    return [ok("settings", "can be read"), *wait_for(_look(settings, offline=offline))]


async def _look(settings: "Settings", *, offline: bool) -> list["Finding"]:
    from bot.cli.checks import here
    from bot.cli.checks.alarms import alarms
    from bot.cli.checks.there import discord_side
    from bot.clock import SystemClock

    key, vault = here.key(settings)
    findings = [key, *([here.sqlite_version()] if settings.storage.sqlite_path else [])]
    findings += await here.database(settings)
    findings += here.paging(settings)
    texts, known = here.texts()
    findings += [*texts, *here.own_prompts(settings.daily_prompts.folder)]
    about, groups = await here.groups(settings, vault, known) if vault is not None else ([], [])
    findings += about
    if vault is not None and groups and known.helplines is not None:
        findings += await alarms(settings, vault, known.helplines, groups, SystemClock())
    if not offline:
        return [*findings, *await discord_side(settings, groups, SystemClock())]
    return [*findings, *here.token(settings)]


def report(findings: Sequence["Finding"]) -> bool:
    """Print the findings; True if none failed."""
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        grade = f"{finding.grade:<4}"
        shown = typer.style(grade, fg=_COLOURS[finding.grade]) if sys.stdout.isatty() else grade
        first, *more = finding.text.splitlines()
        out(f"{shown}  {finding.what:<{width}}  {first}")
        for line in [*more, *(f"-> {each}" for each in finding.remedy.splitlines())]:
            out(f"{'':<{width + 8}}{line}")
    failures = sum(finding.grade == "fail" for finding in findings)
    warnings = sum(finding.grade == "warn" for finding in findings)
    if failures:
        out(f"{failures} to put right.")
    else:
        out(f"Nothing failed; {warnings} to read above." if warnings else "Everything is ready.")
    return not failures
