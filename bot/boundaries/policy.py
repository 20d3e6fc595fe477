"""Pure rules: a text in, findings out; and how often a member is written to."""

from datetime import timedelta

from bot.boundaries.email import addresses
from bot.boundaries.model import Detail, Finding, PublicContacts
from bot.boundaries.phone import numbers
from bot.boundaries.reading import readable

QUIET = timedelta(days=1)
"""A member gets at most one note in this time for each kind of detail."""


def contact_details(text: str, public: PublicContacts) -> tuple[Finding, ...]:
    """Find phone numbers and e-mail addresses in a message, each kind once, by the first rule that noticed it."""
    plain = readable(text)
    found: dict[Detail, Finding] = {}
    for finding in (*numbers(plain, public), *addresses(plain, public)):
        found.setdefault(finding.detail, finding)
    return tuple(found.values())
