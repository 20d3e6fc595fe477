"""What people read about a case, composed from `prompts/`; every sentence is true when it is rendered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.crisis.cases.model import Case, Progress, Source
from bot.crisis.member.confirmed_lines import Confirmation
from bot.crisis.member.helplines import Helplines, Line
from bot.crisis.screening import Level
from bot.groups.model import Group
from bot.words import Library, Words

_LINES_SHOWN = 3
_SAID_OF_SOURCE = {
    Source.REPORT: "crisis.page.report",
    Source.FAULT: "crisis.page.fault",
    Source.ASKED: "care.page.asked",
}


class Opening(StrEnum):
    """How a text to a member begins: they wrote something, pressed a button, or wrote about somebody else."""

    SAID = "crisis.member.opening"
    ASKED = "care.member.asked"
    OTHER = "care.member.other"


@dataclass(frozen=True, slots=True)
class Reader:
    """What a text has to know of the member who reads it; `country` is the one they chose, if they did."""

    opening: Opening = Opening.SAID
    country: str | None = None
    slow: bool = False


_ANYBODY = Reader()


ConfirmedIn = Callable[[Group, str], Confirmation | None]


def _by_nobody(_group: Group, _country: str) -> None:
    return None


class CrisisTexts:
    """Composes the texts of crisis care in a group's language, with the lines of its country.

    `confirmed` says whether a group's therapists have checked the lines of a country.
    """

    def __init__(self, library: Library, helplines: Helplines, confirmed: ConfirmedIn = _by_nobody) -> None:
        self._library = library
        self._helplines = helplines
        self._confirmed = confirmed

    def words(self, group: Group | None) -> Words:
        """Return the words of a group's language."""
        return self._library.of(group.language if group else "en")

    def for_member(self, group: Group, progress: Progress, reader: Reader = _ANYBODY) -> str:
        """Compose the text to somebody whose message raised an alarm; it claims what has happened and no more."""
        words = self.words(group)
        parts = [
            words(reader.opening.value),
            words("crisis.member.automatic"),
            self.status(group, progress, slow=reader.slow),
            *([words("care.member.other_help")] if reader.opening is Opening.OTHER else []),
            "",
            words("crisis.member.waiting"),
            *self.ways_for(group, reader),
        ]
        return "\n".join(parts)

    def for_channel(self, group: Group, progress: Progress, reader: Reader = _ANYBODY) -> str:
        """Compose the shortest form, for when neither a direct message nor a private thread is possible.

        Others can read it, so it shows nothing that its reader chose.
        """
        words = self.words(group)
        lines = self._lines(group.country)
        return words(
            "crisis.member.short",
            status=self.status(group, progress, slow=reader.slow),
            emergency=self.emergency(words, group.country),
            first_line=_line(words, lines[0]) if lines else "",
        )

    def status(self, group: Group, progress: Progress, *, slow: bool = False) -> str:
        """Say what has happened so far, and if nobody has confirmed anything for a while, that too."""
        words = self.words(group)
        said = [words(f"crisis.member.{progress.word}", group=group.label), *_said_of(words, progress)]
        if slow and not progress.seen:
            said.append(words("care.member.slow_sent" if progress.page_sent else "care.member.slow_stored"))
        return " ".join(said)

    def ways_for(self, group: Group, reader: Reader) -> list[str]:
        """List the ways to a person now: the lines of the country that a member chose, or of their group."""
        words = self.words(group)
        if reader.country is None:
            return self._ways(words, group, group.country)
        return [*self._ways(words, group, reader.country), words("care.member.country")]

    def ways_in(self, group: Group | None, country: str) -> list[str]:
        """List the ways to a person in a country."""
        return self._ways(self.words(group), group, country)

    def every_way(self, group: Group, country: str) -> list[str]:
        """List every line of a country and every directory, not only the first ones."""
        words = self.words(group)
        listed = ["- " + _line(words, line) for line in self._lines(country)]
        return [*listed, "- " + self.emergency(words, country), *self._checked(words, group, country)]

    def knows_lines_of(self, country: str) -> bool:
        """Tell whether there is a line of a country that may be shown."""
        return bool(self._helplines.of(country))

    def lines_with_sources(self, group: Group) -> list[tuple[str, str]]:
        """List the lines of a group's country with where each was found, for a therapist to check."""
        words = self.words(group)
        return [(_line(words, line), " ".join(_wrapped(line.source))) for line in self._helplines.of(group.country)]

    def for_direct_message(self, group: Group | None, reader: Reader = _ANYBODY) -> str:
        """Compose the answer to a direct message that raised no alarm."""
        words = self.words(group)
        if group is None:
            return "\n".join([words("crisis.dm.no_group"), *self._ways(words, None, reader.country or "")])
        opening = [words("crisis.dm.automatic"), words("crisis.dm.not_a_crisis")]
        return "\n".join([*opening, *self.ways_for(group, reader)])

    def ways_to_people(self, group: Group | None) -> list[str]:
        """List where a person can be reached now: lines of the group's country, directories, the emergency number."""
        return self._ways(self.words(group), group, group.country if group else "")

    def page(
        self, group: Group, case: Case, people: list[int], link: str, late_since: datetime | None, now: datetime
    ) -> str:
        """Compose a page for the care channel: a code, a group, an age and a level, readable on a lock screen."""
        words = self.words(group)
        places = {
            "people": " ".join(f"<@{person}>" for person in people),
            "code": case.code,
            "group": group.label,
            "age": age(case.opened_at, now),
            "level": level_in(words, case.level),
            "where": link,
        }
        lines = [words("crisis.page.care", **places)]
        if case.source in _SAID_OF_SOURCE:
            lines.append(words(_SAID_OF_SOURCE[case.source]))
        if late_since is not None:
            lines.append(words("crisis.page.late", when=f"<t:{int(late_since.timestamp())}:f>"))
        if case.round > 1:
            lines.append(words("crisis.page.again", round=case.round))
        if case.seen_at is not None:
            lines.append(words("crisis.page.no_contact"))
        lines.append(words("crisis.page.look"))
        return "\n".join(lines)

    def direct_page(self, group: Group, case: Case, now: datetime, *, alone: bool = False) -> str:
        """Compose a page that goes to one therapist; `alone`: the care channel could not be reached."""
        words = self.words(group)
        return words(
            "crisis.page.direct_alone" if alone else "crisis.page.direct",
            code=case.code,
            group=group.label,
            age=age(case.opened_at, now),
            level=level_in(words, case.level),
        )

    def emergency(self, words: Words, country: str) -> str:
        """Compose the line with the emergency number, which is never guessed."""
        number = self._helplines.emergency(country)
        if number is None:
            return words("crisis.member.emergency_unknown")
        return words("crisis.member.emergency", number=number)

    def _ways(self, words: Words, group: Group | None, country: str) -> list[str]:
        lines = self._lines(country)
        listed = ["- " + _line(words, line) for line in lines[:_LINES_SHOWN]]
        listed.append("- " + self.emergency(words, country))
        return [*listed, *self._checked(words, group, country)]

    def _checked(self, words: Words, group: Group | None, country: str) -> list[str]:
        """Say whether a therapist has checked these numbers, and when; nothing where there are none."""
        if not self._helplines.of(country) and self._helplines.emergency(country) is None:
            return []
        confirmed = self._confirmed(group, country) if group else None
        if confirmed is None:
            return [words("crisis.member.unconfirmed")]
        return [words("crisis.member.confirmed", date=f"<t:{int(confirmed.at.timestamp())}:D>")]

    def _lines(self, country: str) -> list[Line]:
        """Return a country's lines, then directories, so that there are always two ways beside the emergency number."""
        return [*self._helplines.of(country), *self._helplines.directories()]


def _said_of(words: Words, progress: Progress) -> list[str]:
    """Say what a member has to know of an alarm that nobody has seen yet: not set up here, or nobody on call."""
    if progress.seen:
        return []
    unarmed = [] if progress.armed else [words("alarm.member.not_armed")]
    return [*unarmed, words("on_call.member.nobody")] if progress.nobody_on_call else unarmed


def level_in(words: Words, level: Level) -> str:
    """Name a level in the words of a language."""
    return words(f"cases.level.{level.word}")


def age(since: datetime, now: datetime) -> str:
    """Write how long something has been open, for a lock screen."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _line(words: Words, line: Line) -> str:
    web = line.chat or line.website
    hours = " " + words("crisis.line.hours", hours=line.hours) if line.hours else ""
    if line.phone and line.text and not line.text.startswith("text "):
        return words("crisis.line.phone_and_text", name=line.name, phone=line.phone, text=line.text) + hours
    if line.phone:
        return words("crisis.line.phone", name=line.name, phone=line.phone) + hours
    if line.text:
        return words("crisis.line.text", name=line.name, text=line.text.removeprefix("text ")) + hours
    return words("crisis.line.web", name=line.name, web=f"<{web}>")


def _wrapped(sources: str) -> list[str]:
    """Write addresses so that Discord shows no preview of them."""
    return [f"<{each}>" if each.startswith("http") else each for each in sources.split()]
