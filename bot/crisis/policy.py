"""Pure rules of the escalation: who is paged next, and when."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.crisis.model import Case, Signal
from bot.crisis.on_call.policy import reached_from
from bot.groups.model import Group

# No vowels and nothing that is mistaken for another sign when read out on the phone.
_CODE_SIGNS = "23456789BCDFGHJKMNPQRSTVWXZ"
_CODE_LENGTH = 3

MEMBER_QUIET = timedelta(minutes=30)
"""The text to a member is not sent again within this time; the page is."""

ACKNOWLEDGEMENT_COVERS = timedelta(hours=1)
"""For so long after a therapist took a case, further signals of the same level join it without a page."""


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


def pages_again(case: Case, signal: Signal, now: datetime) -> bool:
    """Say whether a further signal starts the chain anew.

    One that is graver than what the case stood for does, always. So does any that comes long after somebody took the
    case: nobody should rely on a press of yesterday.
    """
    if signal.level > case.level:
        return True
    return case.acknowledged_at is not None and now - case.acknowledged_at >= ACKNOWLEDGEMENT_COVERS


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
