"""Boundaries at work: what was noticed in a message, and what follows from it."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from bot.boundaries import policy, store
from bot.boundaries.consequences import Consequence
from bot.boundaries.model import Finding, Occasion, PublicContacts
from bot.crisis.member.helplines import Helplines, Line
from bot.log import get
from bot.storage.engine import Database

log = get("boundaries")

_DIGITS = re.compile(r"\d[\d -]*\d|\d")


class Boundaries:
    """Looks at messages that crisis care has let pass, and lets the consequence follow."""

    def __init__(self, database: Database, consequence: Consequence, public: PublicContacts) -> None:
        self._database = database
        self._consequence = consequence
        self._public = public

    async def look(self, occasion: Occasion, text: str, now: datetime) -> tuple[Finding, ...]:
        """Look for contact details in a message; ordinary messages cause no write, and no text is kept."""
        findings = policy.contact_details(text, self._public)
        if findings:
            followed = await self._consequence.follow(occasion, [finding.detail for finding in findings], now)
            for finding in findings:
                log.info(
                    "contact_details", group_key=occasion.group_key, kind=finding.detail.value, reason=finding.rule
                )
            if not followed:
                log.info("note_not_due", group_key=occasion.group_key)
        return findings

    async def run_due(self, now: datetime) -> int:
        """Forget the notes of more than a day ago."""
        async with self._database.write() as tx:
            return await store.forget_before(tx, now - policy.QUIET)


def public_contacts(helplines: Helplines) -> PublicContacts:
    """Gather the numbers and sites that the bot itself shows: nobody's private details."""
    numbers = {digits for line in helplines.all() for digits in _digits(line)}
    numbers |= {digits for text in helplines.emergencies() for digits in _numbers_in(text)}
    domains = {domain for line in helplines.all() for domain in _domains(line)}
    return PublicContacts(frozenset(numbers - {""}), frozenset(domains))


def _digits(line: Line) -> Iterator[str]:
    yield from _numbers_in(line.phone)
    yield from _numbers_in(line.text)


def _numbers_in(text: str) -> Iterator[str]:
    for found in _DIGITS.findall(text):
        yield re.sub(r"\D", "", found).lstrip("0")


def _domains(line: Line) -> Iterator[str]:
    for address in filter(None, (line.website, line.chat)):
        host = (urlsplit(address).hostname or "").removeprefix("www.")
        if "." in host:
            yield host
