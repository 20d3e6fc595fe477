"""One text about several groups' alarms claims no more than is true of each of them."""

from itertools import permutations

import pytest

from bot.crisis.cases.model import Case, CaseState, Progress, Source
from bot.crisis.member.member_texts import least_of
from bot.crisis.member.status import Standing
from bot.crisis.screening import Level

CONTACTED = Progress(page_sent=True, seen=True, contacted=True)
SEEN = Progress(page_sent=True, seen=True)
SEEN_AGAIN = Progress(page_sent=True, seen=True, again=True)
SENT = Progress(page_sent=True, seen=False)
STORED = Progress(page_sent=False, seen=False)
NOT_SET_UP = Progress(page_sent=True, seen=False, armed=False)


@pytest.fixture
def standing(clock):
    now = clock.now()
    case = Case(
        1, "K7R", "tuesday", 4001, Level.HIGH, CaseState.OPEN, Source.ASKED, now, 0, 1, now, None, None, None,
    )  # fmt: skip
    return lambda progress: Standing(case, progress, slow=False, about_other=False, asked=True)


@pytest.mark.parametrize(
    ("least", "more"),
    [(SEEN, CONTACTED), (SEEN_AGAIN, CONTACTED), (SEEN_AGAIN, SEEN), (SENT, SEEN), (STORED, SENT), (NOT_SET_UP, SENT)],
)
def test_the_least_is_said_whatever_the_order(standing, least, more):
    for order in permutations([least, more]):
        assert least_of([standing(progress) for progress in order]).progress == least
