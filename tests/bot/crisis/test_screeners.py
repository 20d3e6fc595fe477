"""A group's own words: read for that group alone, refused at the import, left out when they cannot be used."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from bot.crisis.cases.notices import Notices
from bot.crisis.screening import Level, LexiconError, Screener, views_of
from bot.crisis.watching.screeners import Screeners, with_own_words
from bot.errors import BadInput
from bot.groups import toml_file
from bot.outbox.service import Outbox
from tests.conftest import SUNDAY
from tests.support.groups import TUESDAY, tuesday, with_tuesday
from tests.support.outbox_rows import open_counts
from tests.support.seeded import shipped_screener

OVERLAY = """
[overlay]
language = "en"
name = "Tuesday circle"

[[entry]]
id = "own.lighthouse"
level = "high"
kind = "ideation"
note = "The group's own word for wanting to die."
patterns = ["going to the lighthouse"]
match = ["i am going to the lighthouse"]
clear = ["the lighthouse is closed"]
"""
SENTENCE = views_of("i am going to the lighthouse")


@cache
def loaded(overlay):
    return with_own_words(replace(tuesday(SUNDAY), overlay=overlay))


@pytest.fixture(autouse=True)
def _load_each_overlay_once(monkeypatch):
    monkeypatch.setattr("bot.crisis.watching.screeners.with_own_words", lambda group: loaded(group.overlay))


async def made(database, vault, clock, overlay):
    groups = await with_tuesday(database, vault, clock.now())
    await groups.save([replace(groups.all()[0], overlay=overlay)], clock.advance(timedelta(minutes=1)))
    await groups.refresh(clock.now())
    screeners = Screeners(shipped_screener(), Notices(database, Outbox(database, clock)))
    await screeners.prepare(groups.all(), clock.now())
    return groups.all()[0], screeners


async def told(database):
    async with database.read() as tx:
        return await open_counts(tx)


async def test_a_groups_own_words_are_read_for_that_group_alone(sqlite_database, vault, clock):
    group, screeners = await made(sqlite_database, vault, clock, OVERLAY)
    assert screeners.of(group).assess(SENTENCE).level is Level.HIGH
    assert screeners.of(replace(group, key="other", overlay=None)).assess(SENTENCE).level is Level.NONE
    assert await told(sqlite_database) == {}


async def test_an_overlay_that_cannot_be_used_is_left_out_and_the_therapists_are_told(sqlite_database, vault, clock):
    group, screeners = await made(sqlite_database, vault, clock, OVERLAY.replace("high", "very high"))
    assert screeners.of(group) is shipped_screener()
    assert await told(sqlite_database) == {"crisis.notice": 1}


async def test_a_broken_change_leaves_the_running_one_in_force(sqlite_database, vault, clock):
    group, screeners = await made(sqlite_database, vault, clock, OVERLAY)
    await screeners.prepare([replace(group, overlay="[overlay")], clock.now())
    assert screeners.of(group).assess(SENTENCE).level is Level.HIGH


async def test_taking_the_overlay_away_takes_its_words_away(sqlite_database, vault, clock):
    group, screeners = await made(sqlite_database, vault, clock, OVERLAY)
    await screeners.prepare([replace(group, overlay=None)], clock.now())
    assert screeners.of(group) is shipped_screener()


async def test_an_overlay_is_kept_with_its_group_on_both_databases(database, vault, clock):
    group, _ = await made(database, vault, clock, OVERLAY)
    assert group.overlay == OVERLAY
    assert toml_file.parse(toml_file.write([group]), clock.now())[0].overlay == OVERLAY


def test_an_overlay_file_is_read_from_beside_the_groups_file(tmp_path, clock):
    (tmp_path / "words.toml").write_text(OVERLAY)
    (tmp_path / "groups.toml").write_text(TUESDAY + '[group.screening]\noverlay_file = "words.toml"\n')
    assert toml_file.read(tmp_path / "groups.toml", clock.now())[0].overlay == OVERLAY


def test_an_overlay_file_that_is_not_there_is_named_with_its_line(tmp_path, clock):
    (tmp_path / "groups.toml").write_text(TUESDAY + '[group.screening]\noverlay_file = "words.toml"\n')
    with pytest.raises(BadInput, match=r":19: the overlay file cannot be read"):
        toml_file.read(tmp_path / "groups.toml", clock.now())


def test_a_broken_overlay_says_where_and_what_to_do(clock):
    group = replace(toml_file.parse(TUESDAY, clock.now())[0], overlay=OVERLAY.replace("high", "very high"))
    with pytest.raises(LexiconError, match=r"own\.lighthouse"):
        with_own_words(group)


def test_the_shipped_screener_is_not_changed_by_anybodys_overlay(clock):
    assert isinstance(shipped_screener(), Screener)
    assert shipped_screener().assess(SENTENCE).level is Level.NONE
