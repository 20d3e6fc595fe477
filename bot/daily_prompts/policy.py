"""Choose the prompt for a day: pure rules over a library, a history and wishes, the same wherever they run.

In order: the therapists' queue; the week's small practice and its exercise, once each; what suits the day; nothing
twice before the pool is used up; a depth that the day bears; the week's theme, else none of the last few; the depth
and then the theme that are furthest behind. What is still open is drawn by a digest of the group's key and the date.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.daily_prompts.model import (
    GRACE,
    Because,
    Choice,
    Day,
    Depth,
    Fit,
    Library,
    Posted,
    Prompt,
    Reason,
    RunningLow,
    Schedule,
    Theme,
    Turn,
    Week,
    Wishes,
)
from bot.daily_prompts.rotation import Rotation, draw, ticket
from bot.daily_prompts.schedule import occurrences

SATURDAY_AND_SUNDAY = frozenset({5, 6})
FIRST_WEEK = timedelta(days=7)
HEAVY_FOR = timedelta(days=3)
THEMES_APART = 3
"""A theme rests for this many posts if another can take its turn."""
DEEPER_SOONER = 0.12
"""Deeper prompts have fewer days that bear them, so their share runs ahead by this much for each step in depth."""
LOW_QUEUE = 2
LOW_THEME = 3
LOW_POOL = 14
LOW_TOLD_EVERY = timedelta(days=30)
_GENTLE = (Fit.HEAVY_DAY, Fit.FIRST_WEEK)
_OF_SESSION = (Fit.AFTER_SESSION, Fit.BEFORE_SESSION)
_PRACTICE_AFTER = timedelta(days=2)
"""The day after a session has its own prompts; from the next on the small practice comes up."""


def describe_day(
    day: date,
    *,
    sessions: Collection[date] = (),
    began: date | None = None,
    heavy: bool = False,
    place: int = 0,
    week: Week | None = None,
) -> Day:
    """Say what kind of day it is, from the days of the sessions, the group's first day and an open heavy time."""
    fits = set()
    if day + timedelta(days=1) in sessions:
        fits.add(Fit.BEFORE_SESSION)
    if day - timedelta(days=1) in sessions:
        fits.add(Fit.AFTER_SESSION)
    if day.weekday() in SATURDAY_AND_SUNDAY:
        fits.add(Fit.WEEKEND)
    if began is not None and timedelta(0) <= day - began < FIRST_WEEK:
        fits.add(Fit.FIRST_WEEK)
    if heavy:
        fits.add(Fit.HEAVY_DAY)
    return Day(day, frozenset(fits), place, week)


def weighs(case_opened_at: datetime, waits: bool, now: datetime) -> bool:
    """Tell whether an open crisis case makes its group's days heavy: while it waits, and for three days at least."""
    return waits or now - case_opened_at < HEAVY_FOR


def next_turn(schedule: Schedule, after: datetime | Turn) -> Turn:
    """Return the first turn of a schedule later than a moment, or than another turn.

    Where clocks jump forward, two turns of a day can fall on one instant; the later one still comes after the other.
    """
    moment = after.at - timedelta(microseconds=1) if isinstance(after, Turn) else after
    found = []
    for at in {at for times in schedule.week for at in times}:
        for occurrence in occurrences(moment, at, schedule.weekdays(at), schedule.zone):
            place = schedule.week[occurrence.day.weekday()].index(at)
            turn = Turn(occurrence.at, occurrence.day, place)
            if not isinstance(after, Turn) or turn > after:
                found.append(turn)
                break
    return min(found)


def caught_up_until(turn: Turn, following: Turn) -> datetime:
    """Return until when a turn is posted late: its grace may end early, as two prompts at once are one too many."""
    return min(turn.at + GRACE, following.at)


def too_late(due_at: datetime, now: datetime) -> bool:
    """Tell whether a missed post is now recorded as missed and no longer caught up."""
    return now - due_at > GRACE


def choose(
    library: Library, group_key: str, day: Day, history: Sequence[Posted] = (), wishes: Wishes | None = None
) -> Choice | None:
    """Choose the prompt for a group's day; `history` is oldest first. None if the wishes leave no prompt at all."""
    wishes = wishes or Wishes()
    known = {**library.prompts, **wishes.own}
    queued = next((known[prompt_id] for prompt_id in wishes.queue if prompt_id in known), None)
    if queued is not None:
        return Choice(queued, (Reason(Because.QUEUED),))
    if day.week is not None:
        practice = day.week.practice
        if practice is not None and _time_for_practice(day, day.week, practice, history):
            return Choice(practice, (Reason(Because.PRACTICE),))
        wishes = replace(wishes, theme=day.week.theme or wishes.theme)
    rotation = Rotation(library, history, wishes)
    if not rotation.left:
        return None
    seed = f"{group_key}:{day.date.isoformat()}:{day.place}"
    return _from_rotation(rotation, day, wishes, seed)


def plan(
    library: Library,
    group_key: str,
    days: Iterable[Day],
    history: Sequence[Posted] = (),
    wishes: Wishes | None = None,
) -> list[tuple[Day, Choice | None]]:
    """Choose for several days ahead, each as if the ones before it had been posted."""
    wishes = wishes or Wishes()
    posted = list(history)
    planned = []
    for day in days:
        choice = choose(library, group_key, day, posted, wishes)
        if choice is not None:
            posted.append(Posted(choice.prompt.id, day.date))
            queue = tuple(prompt_id for prompt_id in wishes.queue if prompt_id != choice.prompt.id)
            wishes = replace(wishes, queue=queue)
        planned.append((day, choice))
    return planned


def running_low(library: Library, history: Sequence[Posted], wishes: Wishes) -> list[RunningLow]:
    """Name what a therapist may want to refill: a queue in use, themes, the pool as a whole."""
    rotation = Rotation(library, history, wishes)
    low = []
    if 0 < len(wishes.queue) <= LOW_QUEUE:
        low.append(RunningLow("queue", len(wishes.queue)))
    for theme in Theme:
        left = sum(prompt.theme is theme and prompt.id not in rotation.used for prompt in rotation.left)
        if left < LOW_THEME:
            low.append(RunningLow(theme, left))
    left = len(rotation.pool) - rotation.used_of_pool()
    if left < LOW_POOL:
        low.append(RunningLow("pool", left))
    return low


def newly_low(
    library: Library, history: Sequence[Posted], wishes: Wishes, chosen: Choice, day: date
) -> tuple[RunningLow, ...]:
    """Name what a choice has just made run low; what was low before is not named again."""
    queue = tuple(prompt_id for prompt_id in wishes.queue if prompt_id != chosen.prompt.id)
    after = running_low(library, [*history, Posted(chosen.prompt.id, day)], replace(wishes, queue=queue))
    edges = {"queue": LOW_QUEUE, "pool": LOW_POOL - 1, chosen.prompt.theme.value: LOW_THEME - 1}
    if chosen.reasons[0].because is not Because.QUEUED:
        del edges["queue"]
    if chosen.prompt.id not in library.prompts or chosen.prompt.id in Rotation(library, history, wishes).used:
        del edges["pool"], edges[chosen.prompt.theme.value]
    return tuple(each for each in after if edges.get(each.about) == each.left)


def low_is_told(last_told: datetime | None, now: datetime) -> bool:
    """Tell whether therapists hear again that something runs low: once, and then not for a month."""
    return last_told is None or now - last_told >= LOW_TOLD_EVERY


def _time_for_practice(day: Day, week: Week, practice: Prompt, history: Iterable[Posted]) -> bool:
    """Tell whether the small practice is to be the day's prompt: once, on an ordinary day, early in the week."""
    early = day.date - week.since < _PRACTICE_AFTER
    special = day.fits & {*_GENTLE, *_OF_SESSION}
    return not early and not special and all(posted.prompt_id != practice.id for posted in history)


def _of_week_skill(rotation: Rotation, day: Day) -> list[Prompt]:
    """Return the prompts that go with the week's exercise, unless one of them has been posted this week."""
    week = day.week
    if week is None or week.skill is None or day.fits & {*_GENTLE, *_OF_SESSION}:
        return []
    fitting = [prompt for prompt in rotation.left if prompt.skill == week.skill and Fit.ANY in prompt.fits]
    if any(rotation.last_day.get(prompt.id, date.min) > week.since for prompt in fitting):
        return []
    return _bearable([prompt for prompt in fitting if prompt.id not in rotation.used], rotation, day)


def _from_rotation(rotation: Rotation, day: Day, wishes: Wishes, seed: str) -> Choice:
    of_skill = _of_week_skill(rotation, day)
    if of_skill:
        prompt = draw(of_skill, seed)
        novelty = _novelty(rotation, prompt, day, repeated=False)
        return Choice(prompt, (Reason(Because.WEEK_SKILL, {"skill": prompt.skill or ""}), novelty))
    kind, candidates = _suiting(rotation, day, seed)
    reasons = [] if kind is None else [Reason(Because.GENTLE if kind in _GENTLE else Because.DAY, {"fit": kind})]
    repeated = not any(prompt.id not in rotation.used for prompt in candidates)
    turn = _in_turn(rotation, candidates, wishes)
    depth = min({prompt.depth for prompt in turn}, key=lambda depth: _behind(rotation, depth))
    themed = _of_theme(rotation, [prompt for prompt in turn if prompt.depth is depth], seed)
    prompt = draw(themed, seed)
    because = Because.WEEK_THEME if prompt.theme is wishes.theme else Because.THEME_TURN
    reasons.append(Reason(because, {"theme": prompt.theme}))
    reasons.append(_novelty(rotation, prompt, day, repeated=repeated))
    reasons.append(Reason(Because.DEPTH, {"depth": depth}))
    if wishes.resting_topics:
        reasons.append(Reason(Because.TOPICS_REST, {"count": len(wishes.resting_topics)}))
    return Choice(prompt, tuple(reasons))


def _suiting(rotation: Rotation, day: Day, seed: str) -> tuple[Fit | None, list[Prompt]]:
    """Return the candidates of the first kind that has any left in this round, else those posted longest ago."""
    tiers = [(kind, _bearable(prompts, rotation, day)) for kind, prompts in _tiers(rotation.left, day, seed)]
    for kind, prompts in tiers:
        unused = rotation.unused(prompts)
        if unused:
            return kind, unused
    bearable = [prompt for _, prompts in tiers for prompt in prompts]
    if bearable:
        return tiers[0][0] if tiers[0][0] in _GENTLE else None, rotation.longest_ago(bearable)
    return None, rotation.longest_ago(_gentlest(rotation.left))


def _tiers(prompts: Sequence[Prompt], day: Day, seed: str) -> list[tuple[Fit | None, list[Prompt]]]:
    any_day = [prompt for prompt in prompts if Fit.ANY in prompt.fits]
    for kind in _GENTLE:
        if kind in day.fits:
            made_for_it = [prompt for prompt in prompts if kind in prompt.fits]
            mild = [prompt for prompt in any_day if prompt.depth is Depth.LIGHT and prompt.note is None]
            return [(kind, made_for_it), (kind, mild)]
    around_session = [(kind, _made_for(kind, prompts)) for kind in _OF_SESSION if kind in day.fits]
    weekend = [(Fit.WEEKEND, _made_for(Fit.WEEKEND, prompts))] if Fit.WEEKEND in day.fits else []
    # Every other weekend's day, by lot, so that the prompts made for such days last as long as the rest.
    by_lot = [*weekend, (None, any_day)] if ticket(f"{seed}:special") % 2 == 0 else [(None, any_day), *weekend]
    return [*around_session, *by_lot]


def _made_for(kind: Fit, prompts: Iterable[Prompt]) -> list[Prompt]:
    return [prompt for prompt in prompts if kind in prompt.fits]


def _bearable(prompts: Iterable[Prompt], rotation: Rotation, day: Day) -> list[Prompt]:
    """Leave out deep prompts where nobody may be at hand: into and over the weekend, and two in a row."""
    eve_of_weekend = (day.date + timedelta(days=1)).weekday() in SATURDAY_AND_SUNDAY
    after_deep = any(prompt.depth is Depth.DEEP for prompt in rotation.recent(1))
    no_deep = eve_of_weekend or after_deep or bool(day.fits & {Fit.WEEKEND, *_GENTLE})
    return [prompt for prompt in prompts if not (no_deep and prompt.depth is Depth.DEEP)]


def _gentlest(prompts: Sequence[Prompt]) -> list[Prompt]:
    mildest = min(prompt.depth.rank for prompt in prompts)
    return [prompt for prompt in prompts if prompt.depth.rank == mildest]


def _in_turn(rotation: Rotation, candidates: Sequence[Prompt], wishes: Wishes) -> Sequence[Prompt]:
    """Keep to the week's theme if it has any left; otherwise leave out the themes of the last posts."""
    wished = [prompt for prompt in candidates if prompt.theme is wishes.theme]
    recent = {prompt.theme for prompt in rotation.recent(THEMES_APART)}
    return wished or [prompt for prompt in candidates if prompt.theme not in recent] or candidates


def _of_theme(rotation: Rotation, candidates: Sequence[Prompt], seed: str) -> list[Prompt]:
    """Keep to the theme of which this round has used the smallest part."""
    chosen = min(
        {prompt.theme for prompt in candidates},
        key=lambda theme: (rotation.spent_share(theme), _last_day_of(rotation, theme), ticket(f"{seed}:{theme}")),
    )
    return [prompt for prompt in candidates if prompt.theme is chosen]


def _behind(rotation: Rotation, depth: Depth) -> tuple[float, int]:
    return rotation.spent_share(depth) - DEEPER_SOONER * depth.rank, depth.rank


def _last_day_of(rotation: Rotation, theme: Theme) -> date:
    return max((rotation.last_day.get(p.id, date.min) for p in rotation.left if p.theme is theme), default=date.min)


def _novelty(rotation: Rotation, prompt: Prompt, day: Day, *, repeated: bool) -> Reason:
    if repeated and prompt.id in rotation.last_day:
        return Reason(Because.LONGEST_AGO, {"days": (day.date - rotation.last_day[prompt.id]).days})
    return Reason(Because.NEW, {"used": rotation.used_of_pool(), "pool": len(rotation.pool)})
