"""Findings: what was noticed in a message, and on what occasion. Never a text."""

from dataclasses import dataclass
from enum import StrEnum

NOTE = "boundaries.note"


class Detail(StrEnum):
    """A personal detail that reaches further than its author may have meant."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Finding:
    """One detail in a message, and the rule by which it was noticed."""

    detail: Detail
    rule: str


@dataclass(frozen=True, slots=True)
class PublicContacts:
    """Numbers and web domains that belong to nobody in private: crisis lines, emergency numbers, their sites.

    Numbers are digits only, without leading zeros.
    """

    numbers: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where a finding was made: ids only."""

    group_key: str
    member_id: int
    channel_id: int
    message_id: int
