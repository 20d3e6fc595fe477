"""What an exercise is."""

from dataclasses import dataclass

LEAST, MOST = 0, 10
"""How strong something feels, before and after; seen by the member alone and kept nowhere."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and for how many seconds it stands when the exercise goes on by itself."""

    text: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Skill:
    """An exercise: when it fits, what to take care of, and its steps."""

    id: str
    name: str
    summary: str
    when: str
    care: str
    steps: tuple[Step, ...]
    topics: frozenset[str] = frozenset()
