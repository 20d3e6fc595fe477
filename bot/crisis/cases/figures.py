"""The month in figures, for therapists: how often they were paged, how soon somebody came, how often for nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from bot.crisis.cases.closing_store import closings
from bot.crisis.cases.model import PAGES, Source, Verdict
from bot.crisis.cases.store import cases, events, signals
from bot.groups.model import Group
from bot.outbox.model import RowState
from bot.outbox.store import outbox
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a group between two moments. Cases that were erased since are not in it."""

    since: datetime
    until: datetime
    opened: int
    pages_sent: int
    pages_failed: int
    to_acknowledge: timedelta | None
    """The median time from a case's opening to the first press, None where nobody pressed."""
    verdicts: dict[Verdict, int]
    entries: list[tuple[str, dict[Verdict, int]]]
    """Of every entry of the word list that raised a closed case, how often it was what; the most false alarms first."""

    @property
    def closed(self) -> int:
        """Return how many cases were closed."""
        return sum(self.verdicts.values())

    @property
    def false_share(self) -> float | None:
        """Return the share of false alarms among the closed cases, None where none was closed."""
        return self.verdicts.get(Verdict.FALSE_ALARM, 0) / self.closed if self.closed else None


class MonthlyFigures:
    """Counts what the database still holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def month(self, group: Group, months_ago: int, now: datetime) -> Figures:
        """Count a calendar month in the group's own time; 0 is the running one."""
        since, until = month_of(group, months_ago, now)
        async with self._database.read() as tx:
            opened = cases.c.opened_at.between(since, until - timedelta(microseconds=1))
            ids = list((await tx.execute(select(cases.c.id).where(cases.c.group_key == group.key, opened))).scalars())
            first = func.min(events.c.at)
            pressed = await tx.execute(
                select(cases.c.opened_at, first.label("first"))
                .join(events, events.c.case_id == cases.c.id)
                .where(cases.c.id.in_(ids), events.c.kind == "acknowledged")
                .group_by(cases.c.id, cases.c.opened_at)
            )
            waits = [row.first - row.opened_at for row in pressed]
            pages = Counter(
                (
                    await tx.execute(
                        select(outbox.c.state).where(
                            outbox.c.group_key == group.key,
                            outbox.c.kind.in_(PAGES),
                            outbox.c.created_at >= since,
                            outbox.c.created_at < until,
                        )
                    )
                ).scalars()
            )
            closed = closings.c.group_key == group.key, closings.c.closed_at >= since, closings.c.closed_at < until
            verdicts = Counter(
                Verdict(word) for word in (await tx.execute(select(closings.c.verdict).where(*closed))).scalars()
            )
            found = await tx.execute(
                select(closings.c.verdict, closings.c.case_id, signals.c.entries)
                .join(signals, signals.c.case_id == closings.c.case_id)
                .where(*closed, signals.c.source.in_([Source.SCREENING.value, Source.NOTE.value]))
            )
            by_entry = _by_entry([(Verdict(row.verdict), row.case_id, row.entries) for row in found])
        return Figures(
            since=since,
            until=until,
            opened=len(ids),
            pages_sent=pages[RowState.DONE.value],
            pages_failed=pages[RowState.FAILED.value],
            to_acknowledge=median(waits) if waits else None,
            verdicts=dict(verdicts),
            entries=by_entry,
        )


def month_of(group: Group, months_ago: int, now: datetime) -> tuple[datetime, datetime]:
    """Return when a calendar month begins and ends in the group's own time."""
    local = now.astimezone(group.zone)
    number = local.year * 12 + local.month - 1 - months_ago
    return _first(number, group), _first(number + 1, group)


def _first(number: int, group: Group) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=group.zone)


def _by_entry(found: Sequence[tuple[Verdict, int, Sequence[str]]]) -> list[tuple[str, dict[Verdict, int]]]:
    """Count each entry once for a case."""
    pairs = {(entry, verdict, case_id) for verdict, case_id, entries in found for entry in entries}
    counted: dict[str, Counter[Verdict]] = {}
    for entry, verdict, _ in pairs:
        counted.setdefault(entry, Counter())[verdict] += 1
    order = sorted(counted, key=lambda entry: (-counted[entry][Verdict.FALSE_ALARM], entry))
    return [(entry, dict(counted[entry])) for entry in order]
