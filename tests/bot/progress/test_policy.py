"""When celebrations rest, and how long wins are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.progress import policy

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours_open", "waits", "rests"),
    [(0, True, True), (0, False, True), (71.9, False, True), (72, False, False), (72, True, True), (900, True, True)],
)
def test_celebrations_rest_while_a_case_is_open_but_not_for_good_if_somebody_forgot_to_close_it(
    hours_open, waits, rests
):
    assert policy.rests(NOW - timedelta(hours=hours_open), waits, NOW) is rests


def test_a_win_is_kept_for_a_year():
    assert policy.kept_since(NOW) == datetime(2025, 11, 22, 12, 0, tzinfo=UTC)
