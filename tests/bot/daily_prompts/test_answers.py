"""Answers, marks and resting topics on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from bot.daily_prompts import store as runs_store
from bot.daily_prompts.answers import store
from bot.daily_prompts.answers.erase import DailyPromptsEraser
from bot.daily_prompts.answers.model import (
    ANSWER,
    ANSWER_CHANGED,
    ANSWER_GONE,
    AnswerNotFound,
    Audience,
    Mark,
    Need,
    NotATherapist,
    NotTheAuthor,
    Place,
)
from bot.daily_prompts.answers.service import Answers, Wording
from bot.daily_prompts.model import RunState, Turn
from bot.outbox.model import Permanent, Receipt
from bot.outbox.service import Outbox
from bot.outbox.store import outbox as outbox_table
from bot.privacy.contract import Whose
from bot.storage.vault import Vault
from tests.support.groups import ALICE, BEN, MARIA, with_tuesday

WORDS = "the words of a member"


class Shown:
    """Where answers stand: a Discord that does as it is told."""

    def __init__(self, answers):
        self.answers = answers
        self.at = {}
        self.changed, self.gone = [], []
        self.problem = None
        self.before_confirming = None
        self.number = 100

    async def show(self, row, now):
        if self.problem:
            raise self.problem
        answer = await self.answers.get(row.ref["answer"])
        assert answer is not None
        version = answer.version or None
        self.number += 1
        self.at[self.number] = answer.text
        if self.before_confirming:
            act, self.before_confirming = self.before_confirming, None
            await act()
        return Receipt(77, self.number, note=version)

    async def change(self, row, now):
        answer = await self.answers.get(row.ref["answer"])
        self.at[answer.place.message_id] = answer.text
        self.changed.append(answer.place.message_id)
        return Receipt()

    async def take_away(self, row, now):
        self.at.pop(row.ref["message"], None)
        self.gone.append(row.ref["message"])
        return Receipt()


class Circle:
    """The Tuesday circle with one prompt of today."""

    def __init__(self, database, vault, clock, groups):
        self.database, self.vault, self.clock, self.groups = database, vault, clock, groups
        self.told = []
        self.outbox = Outbox(database, clock)
        self.answers = Answers(database, vault, self.outbox, groups, self.tell)
        self.shown = Shown(self.answers)
        self.outbox.deliver_with(ANSWER, self.shown.show)
        self.outbox.deliver_with(ANSWER_CHANGED, self.shown.change)
        self.outbox.deliver_with(ANSWER_GONE, self.shown.take_away)
        self.group = groups.get("tuesday")
        self.run = 0

    async def tell(self, tx, group, text, now, places=None):
        self.told.append((text.rpartition(".")[2], places or {}))

    async def begin(self, day=23):
        turn = Turn(datetime(2026, 11, day, 14, tzinfo=UTC), date(2026, 11, day))
        async with self.database.write() as tx:
            found = await runs_store.begin_run(tx, "tuesday", turn, RunState.POSTED, prompt_id="medal")
        assert found is not None
        self.run = found
        return found

    async def save(self, words=WORDS, audience=Audience.GROUP, need=None, person=ALICE):
        answer = await self.answers.save(
            self.run, self.group, person, Wording(words, audience, need), self.clock.advance(timedelta(minutes=1))
        )
        await self.settle()
        return answer

    async def settle(self):
        await self.outbox.settle()
        await self.outbox.run_due(self.clock.now())
        await self.outbox.settle()


@pytest.fixture
async def circle(database, vault, clock):
    circle = Circle(database, vault, clock, await with_tuesday(database, vault, clock.now()))
    await circle.begin()
    yield circle
    await circle.outbox.settle()


async def test_an_answer_is_kept_sealed(circle):
    answer = await circle.save()
    async with circle.database.read() as tx:
        raw = (await tx.execute(select(store.answers.c.text))).scalar_one()
    assert WORDS.encode() not in raw.blob
    assert (await circle.answers.get(answer.key)).text == WORDS


async def test_an_answer_whose_key_is_gone_is_still_there_and_can_be_taken_back(circle, database, clock):
    from bot.storage.vault import Keyring

    answer = await circle.save()
    other = Circle(database, Vault(Keyring.new()), clock, circle.groups)
    unreadable = await other.answers.get(answer.key)
    assert unreadable is not None
    assert unreadable.text is None
    await other.answers.take_back(answer.key, ALICE, clock.now())
    await other.outbox.settle()
    assert await circle.answers.get(answer.key) is None


@pytest.mark.parametrize("audience", [Audience.GROUP, Audience.ANONYMOUS, Audience.THERAPISTS])
async def test_an_answer_for_others_is_shown_once(circle, audience):
    answer = await circle.save(audience=audience)
    await circle.settle()
    assert list(circle.shown.at.values()) == [WORDS]
    assert (await circle.answers.get(answer.key)).place == Place(77, 101)


async def test_an_answer_for_oneself_is_shown_nowhere(circle):
    await circle.save(audience=Audience.ONLY_ME)
    assert circle.shown.at == {}


async def test_a_member_has_one_answer_to_a_prompt_and_changes_it(circle):
    first = await circle.save("first")
    second = await circle.save("second")
    assert first.key == second.key
    assert circle.shown.at == {101: "second"}
    assert circle.shown.changed == [101]


async def test_two_presses_at_once_make_one_answer(circle):
    presses = [Wording(f"words {n}", Audience.ONLY_ME) for n in range(4)]
    saved = await asyncio.gather(
        *(circle.answers.save(circle.run, circle.group, ALICE, each, circle.clock.now()) for each in presses)
    )
    assert len({answer.key for answer in saved}) == 1
    assert (await circle.answers.of_member(ALICE, limit=9))[1] == 1


async def test_the_same_form_sent_twice_is_one_answer(circle):
    await circle.save()
    await circle.save()
    assert list(circle.shown.at.values()) == [WORDS]


async def test_a_change_of_audience_moves_it(circle):
    await circle.save(audience=Audience.GROUP)
    await circle.save(audience=Audience.THERAPISTS)
    assert circle.shown.gone == [101]
    assert circle.shown.at == {102: WORDS}
    await circle.save(audience=Audience.ONLY_ME)
    assert circle.shown.at == {}


async def test_words_changed_while_on_their_way_are_put_right(circle):
    async def reword():
        await circle.answers.save(
            circle.run, circle.group, ALICE, Wording("better words", Audience.GROUP), circle.clock.now()
        )

    circle.shown.before_confirming = reword
    await circle.save("first words")
    await circle.settle()
    assert list(circle.shown.at.values()) == ["better words"]


async def test_an_answer_taken_back_while_on_its_way_does_not_stay(circle):
    async def take_back():
        (answer,), _ = await circle.answers.of_member(ALICE, limit=1)
        await circle.answers.take_back(answer.key, ALICE, circle.clock.now())

    circle.shown.before_confirming = take_back
    await circle.save()
    await circle.settle()
    assert circle.shown.at == {}


async def test_a_change_of_mind_while_on_its_way_leaves_one_showing(circle):
    async def to_therapists_and_back():
        for audience in (Audience.THERAPISTS, Audience.GROUP):
            await circle.answers.save(circle.run, circle.group, ALICE, Wording("x", audience), circle.clock.now())

    circle.shown.before_confirming = to_therapists_and_back
    await circle.save("x")
    await circle.settle()
    (answer,), _ = await circle.answers.of_member(ALICE, limit=1)
    assert answer.place is not None
    assert answer.place.message_id in circle.shown.at


async def test_what_could_not_be_shown_stays_and_is_tried_again_when_changed(circle):
    circle.shown.problem = Permanent("discord.50013")
    answer = await circle.save()
    await circle.settle()
    assert (await circle.answers.get(answer.key)).unposted
    circle.shown.problem = None
    await circle.save("once more")
    await circle.settle()
    again = await circle.answers.get(answer.key)
    assert not again.unposted
    assert circle.shown.at == {101: "once more"}


async def test_only_its_author_takes_an_answer_back(circle):
    answer = await circle.save()
    with pytest.raises(NotTheAuthor):
        await circle.answers.take_back(answer.key, BEN, circle.clock.now())
    await circle.answers.take_back(answer.key, ALICE, circle.clock.now())
    await circle.settle()
    assert circle.shown.at == {}
    with pytest.raises(AnswerNotFound):
        await circle.answers.take_back(answer.key, ALICE, circle.clock.now())


async def test_therapists_are_told_once_that_somebody_would_like_to_be_checked_on(circle):
    await circle.save(need=Need.CHECK)
    await circle.save("more words", need=Need.CHECK)
    assert circle.told == [("check_on_me", {"member": f"<@{ALICE}>"})]
    await circle.save(need=Need.LISTEN)
    await circle.save(need=Need.CHECK)
    assert len(circle.told) == 2


async def test_only_therapists_open_an_author_and_each_look_is_noted(circle):
    answer = await circle.save(audience=Audience.ANONYMOUS)
    with pytest.raises(NotATherapist):
        await circle.answers.author_of(answer.key, BEN, circle.clock.now())
    assert circle.told == []
    assert (await circle.answers.author_of(answer.key, MARIA, circle.clock.now())).member_id == ALICE
    assert [text for text, _ in circle.told] == ["looked_up"]
    async with circle.database.read() as tx:
        assert [look.by_id for look in await store.looks_at(tx, answer.key)] == [MARIA]
    await circle.answers.take_back(answer.key, ALICE, circle.clock.now())
    with pytest.raises(AnswerNotFound):
        await circle.answers.author_of(answer.key, MARIA, circle.clock.now())


async def test_marks_are_ones_own_and_kept_once(circle):
    now = circle.clock.now()
    assert await circle.answers.mark(circle.run, circle.group, ALICE, Mark.SAVED, now)
    assert not await circle.answers.mark(circle.run, circle.group, ALICE, Mark.SAVED, now)
    await circle.answers.mark(circle.run, circle.group, ALICE, Mark.READ, now)
    assert await circle.answers.marked(ALICE, Mark.SAVED, 5) == [circle.run]
    assert await circle.answers.marked(BEN, Mark.SAVED, 5) == []
    assert await circle.answers.unmark(circle.run, ALICE, Mark.SAVED)
    assert await circle.answers.marked(ALICE, Mark.READ, 5) == [circle.run]


async def test_topics_rest_for_the_group_as_long_as_they_rest_for_somebody(circle):
    await circle.answers.rest_topics(circle.group, ALICE, ["food", "sleep"])
    await circle.answers.rest_topics(circle.group, BEN, ["sleep"])
    await circle.answers.rest_topics(circle.group, ALICE, [])
    assert await circle.answers.resting_topics(circle.group, ALICE) == frozenset()
    async with circle.database.read() as tx:
        assert await store.resting_in(tx, "tuesday") == {"sleep"}


async def test_after_a_year_answers_and_marks_are_forgotten(circle):
    await circle.save("old words")
    await circle.answers.mark(circle.run, circle.group, ALICE, Mark.READ, circle.clock.now())
    circle.clock.advance(timedelta(days=364))
    await circle.begin(24)
    await circle.save("new words")
    assert await circle.answers.run_due(circle.clock.advance(timedelta(days=2))) == 1
    await circle.settle()
    assert list(circle.shown.at.values()) == ["new words"]
    assert await circle.answers.marked(ALICE, Mark.READ, 5) == []


async def test_a_member_gets_all_that_is_kept_and_can_have_it_erased(circle):
    eraser = DailyPromptsEraser(circle.answers, circle.vault)
    answer = await circle.save(audience=Audience.ANONYMOUS)
    await circle.save("of somebody else", person=BEN)
    await circle.answers.author_of(answer.key, MARIA, circle.clock.now())
    await circle.answers.mark(circle.run, circle.group, ALICE, Mark.SAVED, circle.clock.now())
    await circle.answers.rest_topics(circle.group, ALICE, ["food"])
    whose = Whose(ALICE)
    async with circle.database.read() as tx:
        assert {held.what: held.count for held in await eraser.holdings(tx, whose)} == {
            "answers": 1,
            "prompt_marks": 1,
            "resting_topics": 1,
        }
        handed = await eraser.export_member(tx, whose)
    assert handed["answers"][0]["text"] == WORDS
    assert handed["answers"][0]["seen_by"] == "anonymous"
    assert len(handed["answers"][0]["name_looked_up_at"]) == 1
    async with circle.database.write() as tx:
        await eraser.erase_member(tx, whose, circle.clock.now())
    await circle.settle()
    async with circle.database.read() as tx:
        assert await eraser.holdings(tx, whose) == []
        assert len(await eraser.holdings(tx, Whose(BEN))) == 1
    assert list(circle.shown.at.values()) == ["of somebody else"]


async def test_an_erase_can_be_limited_to_groups(circle):
    eraser = DailyPromptsEraser(circle.answers, circle.vault)
    await circle.save()
    async with circle.database.write() as tx:
        await eraser.erase_member(tx, Whose(ALICE, frozenset({"another"})), circle.clock.now())
        assert len(await eraser.holdings(tx, Whose(ALICE))) == 1


async def test_the_outbox_holds_no_words(circle):
    await circle.save(need=Need.CHECK)
    async with circle.database.read() as tx:
        rows = (await tx.execute(select(outbox_table.c.ref, outbox_table.c.note))).all()
        assert rows
        assert all(WORDS not in str(row) for row in rows)
        dump = (await tx.execute(text("SELECT group_key, audience FROM prompt_answers"))).all()
    assert dump == [("tuesday", "group")]
