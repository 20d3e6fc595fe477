"""Small libraries and histories for the tests."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from bot.daily_prompts.model import Choice, Day, Depth, Fit, Library, Place, Posted, Prompt, Theme, Vocabulary, Wishes
from bot.daily_prompts.policy import choose, describe_day

MONDAY = date(2027, 1, 4)


def prompt(prompt_id: str, theme: Theme = Theme.STRENGTHS, depth: Depth = Depth.LIGHT, **more: object) -> Prompt:
    fits = more.pop("fits", {Fit.ANY})
    topics = more.pop("topics", ())
    return Prompt(
        id=prompt_id,
        text=str(more.pop("text", f"Say something about {prompt_id}.")),
        why=str(more.pop("why", "It helps.")),
        theme=theme,
        depth=depth,
        fits=frozenset(fits),  # type: ignore[call-overload]
        topics=frozenset(topics),  # type: ignore[call-overload]
        **more,  # type: ignore[arg-type]
    )


def library(*prompts: Prompt, vocabulary: Vocabulary | None = None) -> Library:
    places = {each.id: Place("test.toml", number) for number, each in enumerate(prompts, start=1)}
    return Library("en", {each.id: each for each in prompts}, places, vocabulary or Vocabulary())


def some(count: int, themes: int = 7) -> Library:
    """A library of prompts for any day, with the depths mixed as in ours."""
    depths = [Depth.LIGHT, Depth.MIDDLE, Depth.LIGHT, Depth.MIDDLE, Depth.LIGHT, Depth.MIDDLE, Depth.LIGHT, Depth.DEEP]
    every = list(Theme)[:themes]
    return library(*(prompt(f"p{n}", every[n % themes], depths[(n // themes) % 8]) for n in range(count)))


def live_through(
    shelf: Library,
    days: Iterable[Day],
    group_key: str = "tuesday",
    wishes: Wishes | None = None,
    history: Iterable[Posted] = (),
) -> list[Choice]:
    posted = list(history)
    choices = []
    for day in days:
        choice = choose(shelf, group_key, day, posted, wishes)
        assert choice is not None
        posted.append(Posted(choice.prompt.id, day.date))
        choices.append(choice)
    return choices


def meeting(*days: int) -> frozenset[date]:
    """The dates of sessions on some weekdays (0 is Monday), for more than a year."""
    every = (MONDAY + timedelta(days=n) for n in range(-7, 400))
    return frozenset(day for day in every if day.weekday() in days)


def weekdays(count: int, start: date = MONDAY, sessions: tuple[int, ...] = ()) -> list[Day]:
    days = (start + timedelta(days=n) for n in range(count * 2))
    return [describe_day(day, sessions=meeting(*sessions)) for day in days if day.weekday() < 5][:count]


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder
