"""What a group is."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

EVERYONE = "everyone"
ON_CALL = "on-call"
Step = tuple[int, ...] | Literal["everyone", "on-call"]


@dataclass(frozen=True, slots=True)
class DailyPromptTimes:
    """When prompts are posted, in the group's own time: the times of each weekday from Monday on, in order."""

    week: tuple[tuple[time, ...], ...]

    @classmethod
    def at(cls, *times: time, days: tuple[Weekday, ...] = WEEKDAYS) -> "DailyPromptTimes":
        """Return the same times for each of some days, and none for the others."""
        return cls(tuple(tuple(sorted(times)) if day in days else () for day in WEEKDAYS))

    @property
    def days(self) -> tuple[Weekday, ...]:
        """The days on which there is a prompt."""
        return tuple(day for day in WEEKDAYS if self.on(day))

    def on(self, day: Weekday) -> tuple[time, ...]:
        """Return the times of one weekday."""
        return self.week[WEEKDAYS.index(day)]


REMIND_BEFORE: Final = timedelta(hours=24)
DIGEST_BEFORE: Final = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """When a group meets, in its own time, and what the bot does around it.

    `starting` is a day from which the weeks are counted. `remind_before` and `digest_before` are None where the
    reminder or the digest is switched off. `event_channel` is the voice channel for the server's calendar, if any.
    """

    days: tuple[Weekday, ...]
    time: time
    length: timedelta
    every_weeks: int = 1
    starting: date | None = None
    remind_before: timedelta | None = REMIND_BEFORE
    digest_before: timedelta | None = DIGEST_BEFORE
    takeaway: bool = True
    event_channel: int | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is paged, step by step; the chain begins again at its end until somebody takes the case.

    `waits` are the steps' own waits, as far as they have one; the others wait for `acknowledge_within`. `last_resort`
    names a target outside Discord that is paged at the last step, and at once when nobody is on call. Whoever took a
    case has `contact_within` to record contact, then the pages go on. At `digest_at`, in the group's own time, the care
    channel gets its daily list, if there is anything to list. `second_net`: Discord's own AutoMod looks out as well.
    """

    chain: tuple[Step, ...]
    acknowledge_within: timedelta
    waits: tuple[timedelta | None, ...] = ()
    last_resort: str | None = None
    contact_within: timedelta = timedelta(minutes=20)
    digest_at: time = time(9)
    second_net: bool = False

    def wait_of(self, step: int) -> timedelta:
        """Return how long a step waits for somebody before the next one is paged."""
        own = self.waits[step] if step < len(self.waits) else None
        return own or self.acknowledge_within

    @property
    def last(self) -> int:
        """The number of the last step, from 0."""
        return len(self.chain) - 1


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of one therapist that come back every week, in the group's own time.

    `end` at or before `start` is on the following day; the same time twice is a whole day.
    """

    who: int
    days: tuple[Weekday, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Rota:
    """The weekly shifts of those on call, which do not overlap, and the hours in which therapists are off duty."""

    shifts: tuple[Hours, ...] = ()
    off_duty: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """What members are told about answers: when somebody usually looks, in words, and within what time."""

    hours: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Group:
    """A therapy group: one circle, one care channel, its therapists.

    Ids are Discord's. `therapists` are user ids, never a role or a name. `name` is None when the stored name does
    not open (its key is gone); whoever shows it falls back to `key`.
    """

    key: str
    name: str | None
    server: int
    circle: int
    care: int
    therapists: tuple[int, ...]
    zone: ZoneInfo
    language: str
    country: str
    daily_prompts: DailyPromptTimes | None
    escalation: Escalation
    imported_at: datetime
    changed_at: datetime
    overlay: str | None = None
    """The group's own additions to the screening lexicon, as TOML."""
    rota: Rota | None = None
    """Who is on call; None in a group that was just read from a file means that the file says nothing about it."""
    response: Response | None = None
    """None where nobody has set it; in a file, that it says nothing about it."""
    session: SessionTimes | None = None
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)
    """Fields that a file did not mention and therapists may set on Discord: an import leaves them as they are."""

    @property
    def label(self) -> str:
        """The group's name, or its short key."""
        return self.name or self.key

    def people_of(self, step: int) -> tuple[int, ...]:
        """Return the therapists that a step of the chain may reach; who is on call now, `bot.crisis.on_call` says."""
        entry = self.escalation.chain[step]
        if entry == ON_CALL and self.shifts:
            return tuple(person for person in self.therapists if any(shift.who == person for shift in self.shifts))
        return self.therapists if isinstance(entry, str) else entry

    @property
    def shifts(self) -> tuple[Hours, ...]:
        """The weekly shifts of those on call."""
        return self.rota.shifts if self.rota else ()

    @property
    def off_duty(self) -> tuple[Hours, ...]:
        """The hours in which therapists are off duty."""
        return self.rota.off_duty if self.rota else ()
