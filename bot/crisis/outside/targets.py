"""Targets outside Discord: a therapist's phone, mail box or pager, and a group's last resort."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class OutsideTarget:
    """One way to reach somebody outside Discord; `therapist` is None for one that is nobody's own (a last resort).

    The address is a secret: it is never stored, logged or shown.
    """

    name: str
    therapist: int | None
    url: SecretStr


class OutsideTargets:
    """The targets of the configuration, by their names and by whom they reach."""

    def __init__(self, targets: Iterable[OutsideTarget] = ()) -> None:
        self._by_name = {target.name: target for target in targets}

    def __iter__(self) -> Iterator[OutsideTarget]:
        return iter(self._by_name.values())

    def named(self, name: str) -> OutsideTarget | None:
        """Return a target, or None if it is not configured (any more)."""
        return self._by_name.get(name)

    def of(self, people: Iterable[int]) -> list[OutsideTarget]:
        """Return the targets of these people, each once."""
        wanted = set(people)
        return [target for target in self if target.therapist in wanted]
