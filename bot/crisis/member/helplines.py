"""Crisis lines and emergency numbers: dated facts with a source, read from `prompts/helplines.toml`.

Only what a source of the highest confidence says is shown. A country without a row gets "your local emergency
number" and a directory; no number is ever guessed from a language, a locale or a time zone.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from bot.errors import BadInput

DIRECTORY = "ZZ"
_SHOWN = "high"
_SHORT_CODE = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a directory; numbers as they are dialled in its country."""

    country: str
    name: str
    source: str
    confidence: str
    phone: str = ""
    text: str = ""
    chat: str = ""
    website: str = ""
    hours: str = ""
    languages: str = ""
    note: str = ""
    verified_on: date | None = None


class Helplines:
    """The lines of every country."""

    def __init__(self, lines: list[Line], emergency: Mapping[str, str]) -> None:
        self._lines = lines
        self._emergency = emergency

    @classmethod
    def load(cls, text: str | None = None) -> "Helplines":
        """Read the shipped table, or `text`; raises BadInput naming the row that must not be shown to anybody."""
        if text is None:
            text = resources.files("prompts").joinpath("helplines.toml").read_text(encoding="utf-8")
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadInput(f"prompts/helplines.toml is not valid TOML: {error}.", "Mend that line.") from None
        lines = [_line(number, row) for number, row in enumerate(data.get("line", []), 1)]
        return cls(lines, _emergency(data.get("emergency", [])))

    def of(self, country: str) -> list[Line]:
        """Return the lines of a country that may be shown; they are all of the highest confidence."""
        return [line for line in self._lines if line.country == country and line.confidence == _SHOWN]

    def directories(self) -> list[Line]:
        """Return the directories that know the lines of many countries."""
        return [line for line in self._lines if line.country == DIRECTORY]

    def emergency(self, country: str) -> str | None:
        """Return a country's emergency number, or None where no sure source was found."""
        return self._emergency.get(country)

    def emergencies(self) -> frozenset[str]:
        """Return every country's emergency number."""
        return frozenset(self._emergency.values())

    def all(self) -> list[Line]:
        """Return every row, for checks."""
        return list(self._lines)


def _line(number: int, row: Mapping[str, Any]) -> Line:
    where = f"prompts/helplines.toml, line entry {number} ({row.get('name', 'without a name')})"
    for field in ("country", "name", "source", "confidence"):
        if not str(row.get(field, "")).strip():
            raise BadInput(f"{where} has no {field}.", "Add it from its source, or take the row out.")
    phone = str(row.get("phone", ""))
    if phone.startswith("+") and sum(sign.isdigit() for sign in phone) <= _SHORT_CODE:
        raise BadInput(f"{where}: a short code is written with a plus.", "Write it as it is dialled in its country.")
    if row["country"] != DIRECTORY and not phone and not row.get("text"):
        raise BadInput(f"{where} has no number.", "Add one from its source, or take the row out.")
    verified = str(row.get("verified_on", ""))
    try:
        values = {key: str(value) for key, value in row.items() if key != "verified_on"}
        return Line(**values, verified_on=date.fromisoformat(verified) if verified else None)
    except (TypeError, ValueError):
        raise BadInput(f"{where} has a field that is not known, or a date that is none.", "Mend it.") from None


def _emergency(rows: list[Mapping[str, Any]]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        if not str(row.get("source", "")).strip() or not str(row.get("number", "")).strip():
            raise BadInput(f"prompts/helplines.toml, emergency entry {number} has no number or no source.", "Add it.")
        for country in row.get("countries", []):
            if country in numbers:
                raise BadInput(f"prompts/helplines.toml has two emergency rows for {country}.", "Keep the sure one.")
            numbers[country] = str(row["number"])
    return numbers
