"""Pure rules of the escalation: who is paged next, and when."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.crisis.cases.model import NOBODY, Case, CaseState, Signal, Verdict
from bot.crisis.on_call.policy import reached_from
from bot.crisis.screening import Level
from bot.groups.model import Group

# No vowels and nothing that is mistaken for another sign when read out on the phone.
_CODE_SIGNS = "23456789BCDFGHJKMNPQRSTVWXZ"
_CODE_LENGTH = 3

MEMBER_QUIET = timedelta(minutes=30)
"""The text to a member is not sent again within this time; the page is."""

MEMBER_SLOW = timedelta(minutes=2)
"""A member who was told and whose alarm nobody has seen after this time reads that it takes longer."""

BEFORE_THE_CHAIN = -1
"""The step of a hand-over: the chain begins at its first step if the receiver does not press."""


@dataclass(frozen=True, slots=True)
class NextPage:
    """The step to page now, and when the one after it is due."""

    step: int
    round: int
    then_at: datetime


def first_page(group: Group, now: datetime) -> NextPage:
    """Begin at the top of the chain."""
    return _page(group, 0, 1, now)


def next_page(group: Group, case: Case, now: datetime) -> NextPage:
    """Go one step down the chain, and begin again at its end: a case never falls silent while it waits."""
    step = case.step + 1
    if step < len(group.escalation.chain):
        return _page(group, step, case.round, now)
    return _page(group, 0, case.round + 1, now)


def ran_out(group: Group, case: Case, now: datetime) -> NextPage:
    """Begin again at the top, in a new round, after an acknowledgement to which no contact was recorded."""
    return _page(group, 0, case.round + 1, now)


def handed_over(group: Group, case: Case, now: datetime) -> NextPage:
    """Page the receiver at once; if they do not press, the chain begins at its first step."""
    return NextPage(BEFORE_THE_CHAIN, case.round + 1, now + group.escalation.acknowledge_within)


def runs_out_at(group: Group, case: Case, now: datetime) -> datetime | None:
    """Say when an acknowledgement of this moment runs out, unless contact is recorded before.

    None for a case that is only listed: its pages were stopped, and taking it must not bring them back.
    """
    return None if case.level <= Level.CONCERN else now + group.escalation.contact_within


def longest_wait(groups: Iterable[Group]) -> timedelta:
    """Return how far ahead a case's next page can lie; one that lies farther was written by a clock that was wrong."""
    waits = [
        wait
        for group in groups
        for wait in (group.escalation.contact_within, group.escalation.acknowledge_within, *group.escalation.waits)
        if wait is not None
    ]
    return max(waits, default=timedelta(0))


def pages_again(group: Group, case: Case, signal: Signal, now: datetime) -> bool:
    """Say whether a further signal starts the chain anew.

    One that is graver than what the case stood for does, always. Of the others, a press (*I've got this*, *I've made
    contact*) covers those that come within the group's `contact_within`; nobody should rely on a press of yesterday.
    While nobody has the case, pages go on anyway, and the signal joins them.
    """
    if signal.level > case.level:
        return True
    pressed = [at for at in (case.acknowledged_at, case.contacted_at) if at is not None]
    return not case.waits and (not pressed or now - max(pressed) >= group.escalation.contact_within)


def closes(case: Case, verdict: Verdict) -> bool:
    """Say whether a case may be closed with a verdict.

    A case that was no false alarm stays open until somebody has recorded contact; a case that is about a message that
    could not be read is about nobody who could be contacted.
    """
    if case.state is CaseState.CLOSED:
        return False
    return verdict is Verdict.FALSE_ALARM or case.member_id == NOBODY or case.state is CaseState.CONTACTED


def tells_member(case: Case, signal: Signal, now: datetime) -> bool:
    """Say whether the member gets the text (again)."""
    if not signal.told:
        return False
    return case.member_told_at is None or now - case.member_told_at >= MEMBER_QUIET


def brings_forward(group: Group, step: int) -> bool:
    """Say whether a page that could not be sent makes the next step due at once.

    Not at the end of a round: where nothing can be sent at all, the chain goes round at its own pace.
    """
    return step + 1 < len(group.escalation.chain)


def _page(group: Group, step: int, round_: int, now: datetime) -> NextPage:
    """Page a step, or the first one after it that reaches somebody who is on duty, and wait as long as that one waits.

    A step at which everybody is off duty is passed over without a wait.
    """
    step = reached_from(group, step, now)
    return NextPage(step, round_, now + group.escalation.wait_of(step))


def new_code(length: int = _CODE_LENGTH) -> str:
    """Make up a code for a case that is easy to say on the phone."""
    return "".join(secrets.choice(_CODE_SIGNS) for _ in range(length))
