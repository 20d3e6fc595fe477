"""`holdspace groups`: the therapy groups, as a file that people can read and write."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import ConfigOption, load_settings, note, out, wait_for

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.groups.model import Group
    from bot.groups.service import Change

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

# What the fields of a group are called in the file.
_IN_FILE = {"zone": "timezone", "rota": "on_call or off_duty"}


@app.callback()
def _group() -> None:
    """Import, export and list the therapy groups."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The groups, as TOML; docs/operators.md shows one.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    config: ConfigOption = None,
) -> None:
    """Read groups from a file: the same key updates, absent groups stay, and a mistake imports nothing at all."""
    settings = load_settings(config)
    wanted, changes = wait_for(_import(settings, file, dry_run=dry_run))
    for line in _told(wanted, changes):
        out(line)
    if dry_run:
        note("No group was changed (--dry-run).")
    elif changes:
        note("A running bot sees this within 15 seconds.")


async def _import(settings: "Settings", file: Path, *, dry_run: bool) -> tuple[list["Group"], list["Change"]]:
    from bot.cli.opening import opened_groups
    from bot.clock import SystemClock
    from bot.groups import toml_file

    now = SystemClock().now()
    wanted = toml_file.read(file, now)
    _try_overlays(wanted)
    async with opened_groups(settings) as groups:
        return wanted, await groups.save(wanted, now, dry_run=dry_run)


def _try_overlays(wanted: Sequence["Group"]) -> None:
    """Refuse an overlay that would be left out later, naming its entry, line and remedy; nothing is imported then."""
    if all(group.overlay is None for group in wanted):
        return
    from bot.crisis.watching.screeners import with_own_words

    for group in wanted:
        if group.overlay is not None:
            with_own_words(group)


def _told(wanted: Sequence["Group"], changes: Sequence["Change"]) -> list[str]:
    by_key = {change.key: change for change in changes}
    lines = []
    for group in wanted:
        change = by_key.get(group.key)
        if change is None:
            lines.append(f"same     {group.key}")
        elif change.is_new:
            lines.append(f"new      {group.key}")
        else:
            lines.append(f"changed  {group.key}: {', '.join(_IN_FILE.get(each, each) for each in change.fields)}")
    return lines


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to write them. [default: stdout]")] = None,
    config: ConfigOption = None,
) -> None:
    """Write the groups as a file that `import` takes. It holds names and ids: keep it as you keep the key."""
    from bot.cli.files import write_private
    from bot.groups import toml_file

    groups = wait_for(_read(load_settings(config)))
    text = toml_file.write(groups)
    if file is None:
        out(text.rstrip("\n"))
    else:
        write_private(file, text)
        note(f"{len(groups)} written to {file}.")


@app.command("list")
def list_(config: ConfigOption = None) -> None:
    """List the groups."""
    groups = wait_for(_read(load_settings(config)))
    if not groups:
        note("There is no group yet. Describe one in a file (docs/operators.md) and: holdspace groups import FILE")
        return
    for line in _columns([_row(group) for group in groups]):
        out(line)


async def _read(settings: "Settings") -> list["Group"]:
    from bot.cli.opening import opened_groups, refuse_missing

    refuse_missing(settings)
    async with opened_groups(settings) as groups:
        return await groups.read_all()


def _row(group: "Group") -> tuple[str, ...]:
    from bot.groups.prompt_times import described

    times = group.daily_prompts
    prompt = described(times) if times else "no daily prompt"
    people, steps = len(group.therapists), len(group.escalation.chain)
    return (
        group.key,
        group.label,
        prompt,
        group.zone.key,
        f"{group.language} {group.country}",
        f"{people} therapist{'s' * (people != 1)}, {steps} step{'s' * (steps != 1)}",
    )


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
