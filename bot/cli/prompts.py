"""holdspace prompts: look at the daily prompts, and check what somebody wrote. `plan` alone reads the database."""

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import FINDINGS, ConfigOption, load_settings, note, out, wait_for
from bot.daily_prompts import checks, library
from bot.daily_prompts.explain import sentence
from bot.daily_prompts.model import Depth, Fit, Library, Prompt, Theme
from bot.daily_prompts.reading_age import reading_age
from bot.daily_prompts.skills.library import Skills
from bot.errors import BadInput

if TYPE_CHECKING:
    from bot.config import Settings

app = typer.Typer(
    help="The daily prompts: check what somebody wrote, list them, look at one as members see it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

LanguageOption = Annotated[str | None, typer.Option("--language", "-l", help="As in prompts/en. [default: all]")]
OneLanguage = Annotated[str, typer.Option("--language", "-l", help="As in prompts/en.")]
FolderOption = Annotated[
    Path | None, typer.Option("--folder", "-f", help="A folder of your own .toml files, read together with the others.")
]


@app.command("check")
def check(language: LanguageOption = None, folder: FolderOption = None) -> None:
    """Check form, words, topics, likeness and reading age."""
    if folder and not language:
        raise BadInput("Which language is your folder in?", "Add --language en (or es).")
    findings = sum(_check(name, folder) for name in ([language] if language else library.built_in_languages()))
    findings += _check_skills()
    if findings:
        note(f"{findings} to look at.")
        raise typer.Exit(FINDINGS)


@app.command("list")
def show_list(
    language: OneLanguage = "en",
    theme: Annotated[Theme | None, typer.Option(help="Only this theme.")] = None,
    depth: Annotated[Depth | None, typer.Option(help="Only this depth.")] = None,
    fit: Annotated[Fit | None, typer.Option("--fits", help="Only what fits this kind of day.")] = None,
    folder: FolderOption = None,
) -> None:
    """List the prompts, a line each: id, depth, text."""
    shelf = _load(language, folder)
    shown = 0
    for group in [theme] if theme else list(Theme):
        chosen = [prompt for prompt in shelf.of_theme(group) if _wanted(prompt, depth, fit)]
        if chosen:
            out(f"{group} ({shelf.vocabulary.themes.get(group, group)}): {len(chosen)}")
        for prompt in chosen:
            out(f"  {prompt.id}  [{prompt.depth}]  {' '.join(prompt.text.split())}")
        shown += len(chosen)
    note(f"{shown} of {len(shelf.prompts)} prompts in '{language}'.")


@app.command("preview")
def preview(
    prompt_id: Annotated[str, typer.Argument(metavar="ID", help="As `holdspace prompts list` shows it.")],
    language: OneLanguage = "en",
    folder: FolderOption = None,
) -> None:
    """Show one prompt with all that belongs to it."""
    shelf = _load(language, folder)
    prompt = shelf.prompts.get(prompt_id)
    if prompt is None:
        raise BadInput(f"There is no prompt '{prompt_id}' in '{language}'.", _similar(prompt_id, shelf))
    names = shelf.vocabulary
    if prompt.note:
        out(f"({prompt.note})")
    out(prompt.text)
    out(f"  {prompt.why}")
    out()
    out(f"theme   {names.themes.get(prompt.theme, prompt.theme)}")
    out(f"depth   {names.depths.get(prompt.depth, prompt.depth)}")
    out(f"fits    {', '.join(names.fits.get(fit, fit) for fit in Fit if fit in prompt.fits)}")
    if prompt.topics:
        out(
            f"topics  {', '.join(names.topics[topic].name for topic in sorted(prompt.topics) if topic in names.topics)}"
        )
    if prompt.skill:
        out(f"skill   {names.skills.get(prompt.skill, prompt.skill)}")
    place = shelf.places[prompt.id]
    out(f"file    {place.file}, line {place.line}")


@app.command("plan")
def plan(
    group_key: Annotated[str, typer.Argument(metavar="GROUP", help="The group's short name, as in its file.")],
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=100, help="How many prompts ahead.")] = 14,
    config: ConfigOption = None,
) -> None:
    """Show a group's next prompts and why each, if nothing changes until then. Reads the database."""
    for line in wait_for(_planned(load_settings(config), group_key, count)):
        out(line)


async def _planned(settings: "Settings", group_key: str, count: int) -> list[str]:
    from bot.app import opened

    async with opened(settings) as parts:
        group = parts.groups.get(group_key)
        if group is None:
            known = ", ".join(each.key for each in parts.groups.all()) or "none yet"
            raise BadInput(f"There is no group '{group_key}'.", f"Groups: {known}.")
        if group.daily_prompts is None:
            raise BadInput(
                f"'{group_key}' has no daily prompts.", "Add [group.daily_prompts] to its file and import it."
            )
        planned = await parts.daily_prompts.plan(group, parts.clock.now(), count)
        vocabulary = parts.daily_prompts.library(group.language).vocabulary
    lines = []
    for each in planned:
        chosen = each.choice
        what = chosen.prompt.id if chosen else "skipped" if each.skipped else "nothing"
        lines.append(f"{each.turn.at.astimezone(group.zone):%a %d %b %Y, %H:%M}  {what}")
        if chosen is not None:
            lines.append(f"    {' '.join(chosen.prompt.text.split())}")
            lines += [f"    - {sentence(reason, vocabulary)}" for reason in chosen.reasons]
    return lines


def _check(language: str, folder: Path | None) -> int:
    try:
        shelf = _load(language, folder)
    except library.BrokenLibrary as broken:
        problems = list(broken.problems)
        note(f"{language}: this library cannot be used until the following is mended.")
    else:
        problems = checks.check(shelf)
        age = reading_age((prompt.text for prompt in shelf.prompts.values()), language)
        reads = f", reading age {age:.0f}" if age is not None else ""
        note(f"{language}: {len(shelf.prompts)} prompts{reads}.")
    for problem in problems:
        out(str(problem))
    return len(problems)


def _check_skills() -> int:
    skills = Skills.load()
    for problem in skills.problems:
        out(f"{problem.message} {problem.remedy}")
    note(f"{len(skills.of('en'))} exercises.")
    return len(skills.problems)


def _load(language: str, folder: Path | None) -> Library:
    return library.load(language, [*library.built_in(language), *([folder] if folder else [])])


def _wanted(prompt: Prompt, depth: Depth | None, fit: Fit | None) -> bool:
    return depth in (None, prompt.depth) and (fit is None or fit in prompt.fits)


def _similar(prompt_id: str, shelf: Library) -> str:
    close = get_close_matches(prompt_id, list(shelf.prompts), n=3)
    return f"Did you mean {' or '.join(close)}?" if close else "`holdspace prompts list` shows them all."
