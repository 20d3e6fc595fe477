"""Crisis lines count as checked when a therapist of the group said so, and only as long as they are the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.crisis.cases.model import NotATherapist
from bot.crisis.member.confirmed_lines import REMIND_EVERY, STALE_AFTER, Confirmation, ConfirmedLines
from bot.crisis.member.erase import MemberCareEraser
from bot.crisis.member.helplines import Helplines
from bot.crisis.member.texts import CrisisTexts
from bot.groups.service import Groups
from bot.privacy.contract import Whose
from bot.words import Library
from tests.support.groups import ALICE, MARIA, tuesday

SHIPPED = Helplines.load()


class Care:
    """A group, its lines, and what its therapists were told."""

    def __init__(self, database, groups, helplines=SHIPPED):
        self.told = []
        self.lines = ConfirmedLines(database, groups, helplines, self.tell)

    async def tell(self, _tx, group, text, _now, places):
        self.told.append((group.key, text.rpartition(".")[2], places["country"]))


async def groups_with(database, vault, now, *groups):
    known = Groups(database, vault)
    await known.save(groups, now)
    await known.refresh(now)
    return known


@pytest.fixture
async def groups(database, vault, clock):
    return await groups_with(database, vault, clock.now(), tuesday(clock.now()))


async def test_a_therapist_confirms_and_every_process_knows_when_and_who(database, groups, clock):
    care, elsewhere = Care(database, groups), Care(database, groups)
    group = groups.get("tuesday")
    assert care.lines.of(group) is None
    await care.lines.confirm(group, MARIA, clock.now())
    await elsewhere.lines.refresh(clock.now())
    for known in (care.lines.of(group), elsewhere.lines.of(group)):
        assert known == Confirmation(clock.now(), MARIA)
    assert care.lines.of(group, "GB") is None


async def test_nobody_else_can_confirm(database, groups, clock):
    care = Care(database, groups)
    with pytest.raises(NotATherapist):
        await care.lines.confirm(groups.get("tuesday"), ALICE, clock.now())
    assert care.lines.of(groups.get("tuesday")) is None


async def test_a_changed_number_wants_a_new_look(database, groups, clock):
    await Care(database, groups).lines.confirm(groups.get("tuesday"), MARIA, clock.now())
    changed = [replace(line, phone="999") if line.country == "US" else line for line in SHIPPED.all()]
    later = Care(database, groups, Helplines(changed, {"US": "911"}))
    await later.lines.refresh(clock.now())
    assert later.lines.of(groups.get("tuesday")) is None


async def test_after_half_a_year_the_therapists_are_reminded_once_a_month_until_they_look_again(
    database, groups, clock
):
    care = Care(database, groups)
    await care.lines.confirm(groups.get("tuesday"), MARIA, clock.now())
    clock.advance(STALE_AFTER - timedelta(minutes=1))
    await care.lines.run_due(clock.now())
    assert care.told == []
    clock.advance(timedelta(minutes=1))
    for _ in range(2):
        await care.lines.run_due(clock.now())
    assert care.told == [("tuesday", "lines_old", "US")]
    clock.advance(REMIND_EVERY)
    await care.lines.run_due(clock.now())
    assert len(care.told) == 2
    await care.lines.confirm(groups.get("tuesday"), MARIA, clock.now())
    await care.lines.run_due(clock.now())
    assert len(care.told) == 2


async def test_where_there_is_no_line_the_therapists_are_told_once(database, vault, clock):
    groups = await groups_with(database, vault, clock.now(), replace(tuesday(clock.now()), country="XX"))
    care = Care(database, groups)
    for _ in range(2):
        await care.lines.run_due(clock.now())
        await care.lines.lacking(groups.get("tuesday"), "QQ", clock.now())
    assert care.told == [("tuesday", "no_lines", "XX"), ("tuesday", "no_lines", "QQ")]


async def test_a_therapist_who_erases_leaves_the_date_without_a_name(database, vault, groups, clock):
    care, eraser = Care(database, groups), MemberCareEraser(vault)
    await care.lines.confirm(groups.get("tuesday"), MARIA, clock.now())
    async with database.write() as tx:
        held = await eraser.holdings(tx, Whose(MARIA))
        exported = await eraser.export_member(tx, Whose(MARIA))
        await eraser.erase_member(tx, Whose(MARIA), clock.now())
        left = await eraser.holdings(tx, Whose(MARIA))
    assert [(each.what, each.count) for each in held] == [("lines_confirmed", 1)]
    assert exported["lines_confirmed"][0]["country"] == "US"
    assert left == []
    await care.lines.refresh(clock.now())
    assert care.lines.of(groups.get("tuesday")) == Confirmation(clock.now(), None)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_text_shows_the_date_of_the_check_or_that_there_was_none(database, groups, clock, language):
    care, group = Care(database, groups), replace(groups.get("tuesday"), language=language)
    texts = CrisisTexts(Library.load(), SHIPPED, care.lines.of)
    before = texts.ways_to_people(group)
    assert Library.load().of(language)("crisis.member.unconfirmed") in before
    await care.lines.confirm(group, MARIA, clock.now())
    after = texts.ways_to_people(group)
    assert f"<t:{int(clock.now().timestamp())}:D>" in after[-1]
    assert len(after) == len(before)
