"""An armed alarm: the points that it takes, test pages and drills."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

TEST_PAGE = "crisis.test_page"
"""A test page or a drill, with its button, in the care channel."""

DRILL_EVERY = timedelta(days=7)
DRILL_ANSWERED_WITHIN = timedelta(minutes=15)


class Point(StrEnum):
    """What an armed alarm takes, in the order in which it is shown."""

    CARE = "care"
    TEST = "test"
    LINES = "lines"
    RESPONSE = "response"
    PEOPLE = "people"
    TOLD = "told"


class TestKind(StrEnum):
    """A page that a therapist asked for, and the weekly one that rings whoever is on call."""

    __test__ = False

    TEST = "test"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class CareLook:
    """What the bot found when it looked who can see a group's care channel.

    `strangers` can see it and have no business there. `overseers` are the owner and administrators, from whom Discord
    hides nothing. Both without the group's therapists.
    """

    exists: bool
    strangers: Collection[int] = ()
    overseers: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a group's alarm besides its settings."""

    looked: bool = False
    care_exists: bool = False
    strangers: int = 0
    overseers: int = 0
    overseers_print: str = ""
    overseers_confirmed: str | None = None
    test_answered: bool = False
    lines_confirmed: bool = False
    members_told: bool = False
    last_resort_known: bool = False


@dataclass(frozen=True, slots=True)
class PointState:
    """How one point stands; `reason` names the text `alarm.point.<point>_<reason>`, with its places."""

    point: Point
    done: bool
    reason: str
    places: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlarmReport:
    """How every point stands."""

    points: tuple[PointState, ...]

    @property
    def armed(self) -> bool:
        """Whether nothing is missing."""
        return all(point.done for point in self.points)

    @property
    def missing(self) -> list[PointState]:
        """The points that are not done."""
        return [point for point in self.points if not point.done]


@dataclass(frozen=True, slots=True)
class TestPage:
    """A test page or a drill, and who pressed."""

    __test__ = False

    id: int
    group_key: str
    kind: TestKind
    to_id: int
    sent_at: datetime
    answered_by: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a press on a test page did; `first` is False if somebody was first."""

    page: TestPage
    first: bool


class TestNotFound(Exception):
    """There is no such test page (any more)."""

    __test__ = False
