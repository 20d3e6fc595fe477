"""Reading and writing the file in which an operator describes the groups."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BadInput
from bot.groups import prompt_times, session_times, toml_rota
from bot.groups.model import EVERYONE, ON_CALL, DailyPromptTimes, Escalation, Group, Response, Step
from bot.zones import known_zones

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_WAIT = re.compile(r"([1-9][0-9]*)([smh])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TARGET = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_NTH = re.compile(r"(\w+)\[(\d+)\](?:\.(\w+))?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_LARGEST_ID = 2**63 - 1
_LONGEST_WAIT = timedelta(hours=24)
_NAME_LENGTH = 80
_HOURS_LENGTH = 150

_FIELDS = {
    "key", "name", "server", "circle", "care", "therapists", "timezone", "language", "country",
    "daily_prompts", "escalation", "screening", "on_call", "off_duty", "response", "session",
}  # fmt: skip
_OPTIONAL = {"daily_prompts", "screening", "on_call", "off_duty", "response", "session"}


class _Problems:
    """Collects every mistake of a file, so that one reading shows them all."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._heads = [n for n, line in enumerate(self._lines, 1) if line.strip().startswith("[[group]]")]
        self.found: list[str] = []

    def add(self, index: int, field: str, message: str, remedy: str) -> None:
        self.found.append(f"{self._path}:{self._line(index, field)}: {message} {remedy}")

    def _line(self, index: int, field: str) -> int:
        """Find the line on which a field of the n-th group stands, or the group's first line.

        "on_call[1].start" is a field of the second of the group's [[group.on_call]] tables.
        """
        if index >= len(self._heads):
            return 1
        start = self._heads[index]
        end = self._heads[index + 1] - 1 if index + 1 < len(self._heads) else len(self._lines)
        nth = _NTH.fullmatch(field)
        if nth is None:
            table, _, name = field.rpartition(".")
            head = self._search(table, start, end) if table else None
            return self._search(name, head or start, end) or head or start
        heads = [n for n in range(start, end + 1) if self._lines[n - 1].strip().startswith(f"[[group.{nth[1]}]]")]
        number = int(nth[2])
        if number >= len(heads):
            return self._search(nth[1], start, end) or start
        last = next((n - 1 for n in range(heads[number] + 1, end + 1) if self._lines[n - 1].startswith("[")), end)
        return (self._search(nth[3], heads[number], last) if nth[3] else None) or heads[number]

    def _search(self, name: str, start: int, end: int) -> int | None:
        pattern = re.compile(rf"\s*(\[group\.{re.escape(name)}\]|[\"']?{re.escape(name)}[\"']?\s*=)")
        return next((n for n in range(start, end + 1) if pattern.match(self._lines[n - 1])), None)


def read(path: Path, now: datetime) -> list[Group]:
    """Read a groups file; raises BadInput that lists every mistake with its line and remedy."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(
            f"There is no file {path}.", "Check the name; docs/operators.md shows how it is written."
        ) from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}).", "It has to be a file of this account.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is no UTF-8 text.", "Save it again as UTF-8. Nothing was imported.") from None
    return parse(text, now, name=str(path), folder=path.parent)


def parse(text: str, now: datetime, *, name: str = "groups.toml", folder: Path | None = None) -> list[Group]:
    """Read the text of a groups file; raises BadInput that lists every mistake with its line and remedy.

    `folder` is where the file lies: the overlays that it names are read from there.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is not valid TOML: {error}.", "Mend that line. Nothing was imported.") from None
    except RecursionError:
        raise BadInput(f"{name} has brackets in brackets without end.", "Mend them. Nothing was imported.") from None
    problems = _Problems(name, text)
    entries = data.get("group")
    if others := sorted(set(data) - {"group"}):
        raise BadInput(
            f"{name}: {others[0]} is not a known setting here; the file holds [[group]] tables and nothing else.",
            "Mend or remove it; docs/operators.md shows a whole file. Nothing was imported.",
        )
    if not isinstance(entries, list) or not entries:
        raise BadInput(
            f"{name}: the file has to hold [[group]] tables and nothing else.",
            "See docs/operators.md for one to copy. Nothing was imported.",
        )
    groups = [_Reader(entry, index, problems, now, folder or Path()).group() for index, entry in enumerate(entries)]
    _refuse_doubles(groups, problems)
    if problems.found:
        raise BadInput("\n".join(problems.found), "Nothing was imported.")
    return [group for group in groups if group is not None]


def _refuse_doubles(groups: Iterable[Group | None], problems: _Problems) -> None:
    listed = list(groups)
    for field in ("key", "circle"):
        counts = Counter(getattr(group, field) for group in listed if group is not None)
        for index, group in enumerate(listed):
            if group is not None and counts[getattr(group, field)] > 1:
                problems.add(index, field, f"two groups have the same {field}.", "Give each its own.")


def _is_name(text: str) -> bool:
    """Say whether pages can carry a name: one line, and nothing that no screen shows."""
    return bool(text.strip()) and len(text) <= _NAME_LENGTH and not _CONTROL.search(text)


class _Reader:
    """Reads one [[group]] table, field by field."""

    def __init__(self, entry: Any, index: int, problems: _Problems, now: datetime, folder: Path) -> None:
        self._entry: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
        self._index = index
        self._problems = problems
        self._now = now
        self._folder = folder
        self._before = len(problems.found)

    def group(self) -> Group | None:
        self._unknown(self._entry, _FIELDS, "")
        missing = sorted(_FIELDS - _OPTIONAL - set(self._entry))
        for field in missing:
            self._bad("key", f"{field} is missing.", "Add it; docs/operators.md shows a whole group.")
        if missing:
            return None
        therapists = self._therapists()
        values: dict[str, Any] = {
            "key": self._text("key", _KEY.fullmatch, "small letters, digits and dashes, 39 at most"),
            "name": self._text("name", _is_name, "a name of 1 to 80 characters on one line"),
            "server": self._id("server"),
            "circle": self._id("circle"),
            "care": self._id("care"),
            "zone": self._zone(),
            "language": self._text("language", _LANGUAGE.fullmatch, 'a language like "en" or "es"'),
            "country": self._text("country", _COUNTRY.fullmatch, 'two capital letters like "US"'),
            "daily_prompts": self._daily_prompts(),
            "escalation": self._escalation(therapists),
            "overlay": self._overlay(),
            "rota": toml_rota.rota(self._entry, therapists, self._bad),
            "response": self._response(),
            "session": session_times.read(self._entry.get("session"), self._bad),
            "unsaid": frozenset({"session"} - set(self._entry)),
        }
        if values["circle"] == values["care"]:
            self._bad("care", "the care channel is the circle.", "Therapists need a channel that members cannot see.")
        if len(self._problems.found) > self._before:
            return None
        return Group(therapists=therapists, imported_at=self._now, changed_at=self._now, **values)

    def _bad(self, field: str, message: str, remedy: str) -> None:
        self._problems.add(self._index, field, message, remedy)

    def _unknown(self, table: Mapping[str, Any], known: set[str], prefix: str) -> None:
        for field in sorted(set(table) - known):
            self._bad(prefix + field, f"{prefix}{field} is not a known setting.", f"Known: {', '.join(sorted(known))}.")

    def _text(self, field: str, good: Callable[[str], object], wanted: str) -> str:
        value = self._entry[field]
        if not isinstance(value, str) or not good(value):
            self._bad(field, f"{field} is not usable.", f"It has to be {wanted}.")
            return ""
        return value.strip()

    def _id(self, field: str) -> int:
        value = self._entry[field]
        if not _is_id(value):
            self._bad(field, f"{field} is no Discord id.", "Copy the id in Discord (developer mode): a plain number.")
            return -1
        return int(value)

    def _therapists(self) -> tuple[int, ...]:
        value = self._entry["therapists"]
        if not isinstance(value, list) or not value or not all(_is_id(who) for who in value):
            self._bad("therapists", "therapists has to list at least one Discord user id.", "Write [3001, 3002].")
            return ()
        if len(set(value)) != len(value):
            self._bad("therapists", "therapists names somebody twice.", "Name each once.")
        return tuple(value)

    def _zone(self) -> ZoneInfo:
        value = self._entry["timezone"]
        if not isinstance(value, str) or value not in known_zones():
            self._bad("timezone", "timezone is not known.", 'Use a name like "America/New_York" (IANA time zones).')
            return ZoneInfo("UTC")
        return ZoneInfo(value)

    def _daily_prompts(self) -> DailyPromptTimes | None:
        table = self._entry.get("daily_prompts")
        return None if table is None else prompt_times.read(table, self._bad)

    def _overlay(self) -> str | None:
        """Read the group's own additions to the lexicon: from a file beside this one, or written here."""
        table = self._entry.get("screening", {})
        if not isinstance(table, dict):
            self._bad("screening", "screening has to be a table.", "Write [group.screening].")
            return None
        self._unknown(table, {"overlay", "overlay_file"}, "screening.")
        text, name = table.get("overlay"), table.get("overlay_file")
        if text is not None and not isinstance(text, str):
            self._bad("screening.overlay", "overlay is no text.", 'Name a file instead: overlay_file = "words.toml".')
            return None
        if name is None:
            return text
        try:
            return (self._folder / str(name)).read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            self._bad(
                "screening.overlay_file",
                f"the overlay file cannot be read ({type(error).__name__}).",
                "Its name counts from the folder of this file; it has to be a text file in UTF-8.",
            )
            return None

    def _escalation(self, therapists: tuple[int, ...]) -> Escalation | None:
        table = self._entry["escalation"]
        if not isinstance(table, dict):
            self._bad("escalation", "escalation has to be a table.", "Write [group.escalation].")
            return None
        known = {"chain", "acknowledge_within", "last_resort", "contact_within", "digest_at", "second_net"}
        self._unknown(table, known, "escalation.")
        chain = table.get("chain")
        if not isinstance(chain, list) or not chain:
            self._bad("escalation.chain", "the chain is empty.", 'Write chain = [[3001], "everyone"].')
            return None
        steps = tuple(self._step(number, step, therapists) for number, step in enumerate(chain, 1))
        waits = tuple(self._own_wait(step) for step in chain)
        return Escalation(
            steps,
            self._wait(table.get("acknowledge_within"), "acknowledge_within"),
            waits if any(waits) else (),
            self._last_resort(table.get("last_resort")),
            self._wait(table.get("contact_within", "20m"), "contact_within"),
            self._digest_at(table.get("digest_at", "09:00")),
            self._second_net(table.get("second_net", False)),
        )

    def _second_net(self, value: Any) -> bool:
        if not isinstance(value, bool):
            self._bad("escalation.second_net", "second_net is neither true nor false.", "Write second_net = true.")
        return value is True

    def _digest_at(self, value: Any) -> time:
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            self._bad("escalation.digest_at", "digest_at is no time of day.", 'Write it as "09:00".')
            return time(9)
        return time.fromisoformat(value)

    def _last_resort(self, value: Any) -> str | None:
        if value is None or (isinstance(value, str) and _TARGET.fullmatch(value)):
            return value
        self._bad(
            "escalation.last_resort",
            "last_resort is no name of a target.",
            'Name a target of [paging] in the settings, as "practice_phone".',
        )
        return None

    def _own_wait(self, step: Any) -> timedelta | None:
        return self._wait(step["wait"], "chain") if isinstance(step, dict) and "wait" in step else None

    def _step(self, number: int, step: Any, therapists: tuple[int, ...]) -> Step:
        if isinstance(step, dict):  # a step with a wait of its own: { page = "on-call", wait = "2m" }
            for field in sorted(set(step) - {"page", "wait"}):
                self._bad("escalation.chain", f"{field} is not a known setting of a step.", "Known: page, wait.")
            step = step.get("page")
        if step == EVERYONE:
            return "everyone"
        if step == ON_CALL:
            return "on-call"
        if not isinstance(step, list) or not step or not all(_is_id(who) for who in step):
            self._bad(
                "escalation.chain",
                f"step {number} of the chain is not usable.",
                'Write [3001], "on-call" or "everyone", or { page = "on-call", wait = "2m" }.',
            )
            return "everyone"
        for who in step:
            if who not in therapists:
                self._bad("escalation.chain", f"step {number} of the chain names {who}.", "Add this id to therapists.")
        return tuple(step)

    def _response(self) -> Response | None:
        """Read what members are told about answers: the hours in words, and the time within which somebody answers."""
        table = self._entry.get("response")
        if table is None:
            return None
        if not isinstance(table, dict):
            self._bad("response", "response has to be a table.", "Write [group.response].")
            return None
        self._unknown(table, {"hours", "within"}, "response.")
        hours = table.get("hours")
        if not isinstance(hours, str) or not hours.strip() or len(hours) > _HOURS_LENGTH or _CONTROL.search(hours):
            wanted = f'Write it for members, in up to {_HOURS_LENGTH} characters, as "Monday to Friday, 9 to 17".'
            self._bad("response.hours", "hours says nothing.", wanted)
            return None
        return Response(hours.strip(), self._wait(table.get("within"), "within"))

    def _wait(self, value: Any, field: str) -> timedelta:
        wait = read_wait(value)
        if wait is None:
            self._bad(
                field,
                f"{'a wait in the chain' if field == 'chain' else field} is not usable.",
                'Write a wait from 10 seconds to 24 hours, as "90s", "5m" or "1h".',
            )
            return timedelta(minutes=5)
        return wait


def read_wait(value: Any) -> timedelta | None:
    """Read a wait from 10 seconds to 24 hours, as "90s", "5m" or "1h"; None if it is none."""
    match = _WAIT.fullmatch(value) if isinstance(value, str) else None
    wait = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match and len(match[1]) <= 6 else None  # noqa: PLR2004
    return wait if wait is not None and timedelta(seconds=10) <= wait <= _LONGEST_WAIT else None


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_ID


def write(groups: Iterable[Group]) -> str:
    """Write groups as the file that `read` takes."""
    return "\n".join(_written(group) for group in groups)


def _written(group: Group) -> str:
    lines = [
        "[[group]]",
        f"key = {_quoted(group.key)}",
        f"name = {_quoted(group.label)}",
        f"server = {group.server}",
        f"circle = {group.circle}",
        f"care = {group.care}",
        f"therapists = {_list(group.therapists)}",
        f"timezone = {_quoted(group.zone.key)}",
        f"language = {_quoted(group.language)}",
        f"country = {_quoted(group.country)}",
    ]
    if group.rota is not None:
        lines += toml_rota.empty_lists(group.rota)
    if group.daily_prompts is not None:
        lines += prompt_times.written(group.daily_prompts)
    lines += _written_escalation(group.escalation)
    if group.overlay is not None:
        lines += ["[group.screening]", f"overlay = {_quoted(group.overlay)}"]
    if group.response is not None:
        within = _quoted(wait_text(group.response.within))
        lines += ["[group.response]", f"hours = {_quoted(group.response.hours)}", f"within = {within}"]
    if group.rota is not None:
        lines += toml_rota.tables(group.rota)
    if group.session is not None:
        lines += session_times.lines(group.session)
    lines.append("")
    return "\n".join(lines)


def _written_escalation(escalation: Escalation) -> list[str]:
    chain = ", ".join(_written_step(escalation, number) for number in range(len(escalation.chain)))
    wait = wait_text(escalation.acknowledge_within)
    lines = ["[group.escalation]", f"chain = [{chain}]", f"acknowledge_within = {_quoted(wait)}"]
    if escalation.last_resort is not None:
        lines.append(f"last_resort = {_quoted(escalation.last_resort)}")
    lines.append(f"contact_within = {_quoted(wait_text(escalation.contact_within))}")
    lines.append(f'digest_at = "{escalation.digest_at:%H:%M}"')
    return [*lines, "second_net = true"] if escalation.second_net else lines


def _written_step(escalation: Escalation, number: int) -> str:
    step = escalation.chain[number]
    who = _quoted(step) if isinstance(step, str) else _list(step)
    own = escalation.waits[number] if number < len(escalation.waits) else None
    return who if own is None else f"{{ page = {who}, wait = {_quoted(wait_text(own))} }}"


def wait_text(wait: timedelta) -> str:
    """Write a wait as the file has it: "90s", "5m", "1h"."""
    seconds = int(wait.total_seconds())
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _list(ids: Iterable[int | str]) -> str:
    return "[" + ", ".join(str(who) for who in ids) + "]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
