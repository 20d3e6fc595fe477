"""Wins in the database: sealed, shared once, cheered for by others, taken back whole."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.outbox import store as outbox_store
from bot.outbox.model import Permanent, Receipt, Temporary
from bot.outbox.service import Outbox
from bot.outbox.store import outbox as outbox_table
from bot.privacy.contract import Holding, Whose
from bot.progress import store
from bot.progress.erase import ProgressEraser
from bot.progress.model import (
    CARD,
    CARD_CHANGED,
    CARD_GONE,
    Audience,
    Card,
    NotTheAuthor,
    OwnWin,
    WinNotFound,
)
from bot.progress.service import Wins
from bot.storage.vault import Keyring, Vault
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, with_tuesday

WORDS = "I rang my sister"


class Circle:
    """A circle of the imagination: it notes which cards came and went, or refuses them."""

    def __init__(self):
        self.posted, self.changed, self.gone = [], [], []
        self.answer = None

    async def post(self, row, now):
        if isinstance(self.answer, Exception):
            raise self.answer
        self.posted.append(row.ref["win"])
        return Receipt(CIRCLE, 900 + len(self.posted))

    async def change(self, row, now):
        self.changed.append(row.ref["win"])
        return Receipt()

    async def take_away(self, row, now):
        self.gone.append(row.ref["message"])
        return Receipt()


async def no_cases(group_key):
    return []


class World:
    def __init__(self, database, vault, outbox, circle, wins):
        self.database, self.vault, self.outbox = database, vault, outbox
        self.circle, self.wins = circle, wins

    async def share(self, clock, audience=Audience.GROUP, *, act="interaction:1", by=ALICE, text=WORDS):
        win = await self.wins.share("tuesday", by, text, audience, act_key=act, now=clock.now())
        await self.outbox.settle()
        return await self.wins.get(win.key)


@pytest.fixture
async def world(database, vault, clock):
    await with_tuesday(database, vault, clock.now())
    outbox, circle = Outbox(database, clock), Circle()
    wins = Wins(database, vault, outbox, no_cases)
    outbox.deliver_with(CARD, circle.post)
    outbox.deliver_with(CARD_CHANGED, circle.change)
    outbox.deliver_with(CARD_GONE, circle.take_away)
    yield World(database, vault, outbox, circle, wins)
    await outbox.settle()


async def test_a_win_for_its_author_alone_goes_nowhere(world, clock):
    win = await world.share(clock, Audience.ONLY_ME)
    assert (win.text, win.audience, win.card) == (WORDS, Audience.ONLY_ME, None)
    assert world.circle.posted == []


async def test_a_win_for_the_group_is_written_with_its_card(world, clock):
    win = await world.share(clock)
    assert win.card == Card(CIRCLE, 901)
    assert world.circle.posted == [win.key]


async def test_the_same_act_twice_is_one_win(world, clock):
    first = await world.share(clock)
    again = await world.share(clock)
    assert again.key == first.key
    assert world.circle.posted == [first.key]
    assert (await world.wins.of_member(ALICE, limit=9))[1] == 1


async def test_the_words_lie_sealed_and_bound_to_their_row(world, clock):
    win = await world.share(clock)
    async with world.database.read() as tx:
        sealed = (await tx.execute(select(store.wins.c.text))).scalar_one()
    assert WORDS.encode() not in sealed.blob
    assert world.vault.open(store.TEXT, win.key, sealed) == WORDS


async def test_a_win_whose_key_is_gone_is_still_listed_and_can_be_taken_back(world, clock):
    win = await world.share(clock)
    other_key = Wins(world.database, Vault(Keyring.new()), Outbox(world.database, clock), no_cases)
    (listed,), _ = await other_key.of_member(ALICE, limit=1)
    assert listed.text is None
    await other_key.take_back(win.key, ALICE, clock.now())
    assert await world.wins.get(win.key) is None


async def test_taking_back_erases_words_cheers_and_card(world, clock):
    win = await world.share(clock)
    await world.wins.cheer(win.key, BEN, clock.now())
    await world.wins.take_back(win.key, ALICE, clock.now())
    await world.outbox.settle()
    assert world.circle.gone == [901]
    assert await world.wins.get(win.key) is None
    assert await world.wins.count_cheers(win.key) == 0


async def test_only_the_author_takes_back_or_shares(world, clock):
    win = await world.share(clock, Audience.ONLY_ME)
    for act in (world.wins.take_back, world.wins.show_to_group):
        with pytest.raises(NotTheAuthor):
            await act(win.key, BEN, clock.now())
        with pytest.raises(WinNotFound):
            await act("0" * 24, ALICE, clock.now())
    assert (await world.wins.get(win.key)).audience is Audience.ONLY_ME


async def test_a_win_taken_back_while_its_card_is_on_the_way_leaves_no_card(world, clock):
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(row, now):
        arrived.set()
        await go_on.wait()
        return Receipt(CIRCLE, 77)

    world.outbox.deliver_with(CARD, slow)
    win = await world.wins.share("tuesday", ALICE, WORDS, Audience.GROUP, act_key="a", now=clock.now())
    await arrived.wait()
    await world.wins.take_back(win.key, ALICE, clock.now())
    go_on.set()
    await world.outbox.settle()
    await world.outbox.run_due(clock.now())
    assert world.circle.gone == [77]


async def test_the_card_that_was_pressed_goes_too_though_it_was_not_yet_known(world, clock):
    world.circle.answer = Temporary("unreachable")
    win = await world.share(clock)
    await world.wins.take_back(win.key, ALICE, clock.now(), at=Card(CIRCLE, 55))
    await world.outbox.settle()
    assert world.circle.gone == [55]


async def test_a_card_that_cannot_be_posted_stays_with_its_author_and_can_be_shared_again(world, clock):
    world.circle.answer = Permanent("discord.50001")
    win = await world.share(clock)
    assert (win.audience, win.unposted) == (Audience.ONLY_ME, True)
    world.circle.answer = None
    await world.wins.show_to_group(win.key, ALICE, clock.now())
    await world.outbox.settle()
    again = await world.wins.get(win.key)
    assert (again.audience, again.unposted, again.card) == (Audience.GROUP, False, Card(CIRCLE, 901))


async def test_a_card_is_given_up_after_five_days(world, clock):
    world.circle.answer = Temporary("alarm_in_group", timedelta(minutes=10))
    win = await world.share(clock)
    await world.outbox.run_due(clock.advance(timedelta(days=4, hours=23)))
    assert (await world.wins.get(win.key)).audience is Audience.GROUP
    await world.outbox.run_due(clock.advance(timedelta(hours=1)))
    assert (await world.wins.get(win.key)).unposted


async def test_sharing_twice_from_two_lists_posts_one_card(world, clock):
    win = await world.share(clock, Audience.ONLY_ME)
    await asyncio.gather(*(world.wins.show_to_group(win.key, ALICE, clock.now()) for _ in range(2)))
    await world.outbox.settle()
    assert world.circle.posted == [win.key]


async def test_a_cheer_counts_once_a_person_and_a_second_press_takes_it_back(world, clock):
    win = await world.share(clock)
    first = await world.wins.cheer(win.key, BEN, clock.now())
    assert (first.cheering, first.count) == (True, 1)
    other = await world.wins.cheer(win.key, MARIA, clock.now())
    assert (other.cheering, other.count) == (True, 2)
    again = await world.wins.cheer(win.key, BEN, clock.now())
    assert (again.cheering, again.count) == (False, 1)


async def test_nobody_cheers_for_their_own_win_or_for_one_that_is_gone(world, clock):
    win = await world.share(clock)
    with pytest.raises(OwnWin):
        await world.wins.cheer(win.key, ALICE, clock.now())
    await world.wins.take_back(win.key, ALICE, clock.now())
    with pytest.raises(WinNotFound):
        await world.wins.cheer(win.key, BEN, clock.now())


async def test_cheers_at_the_same_moment_are_all_counted(world, clock):
    win = await world.share(clock)
    await asyncio.gather(*(world.wins.cheer(win.key, person, clock.now()) for person in (5, 6, 7, 8)))
    assert await world.wins.count_cheers(win.key) == 4


async def test_wins_are_listed_newest_first_in_pages(world, clock):
    for number in range(3):
        clock.advance(timedelta(minutes=1))
        await world.share(clock, Audience.ONLY_ME, act=f"a{number}", text=f"win {number}")
    newest, total = await world.wins.of_member(ALICE, limit=2)
    assert ([win.text for win in newest], total) == (["win 2", "win 1"], 3)
    oldest, _ = await world.wins.of_member(ALICE, limit=2, skip=2)
    assert [win.text for win in oldest] == ["win 0"]


async def test_a_win_is_forgotten_after_a_year_with_its_card(world, clock):
    win = await world.share(clock)
    assert await world.wins.run_due(clock.advance(timedelta(days=365))) == 0
    assert await world.wins.run_due(clock.advance(timedelta(seconds=1))) == 1
    await world.outbox.settle()
    assert await world.wins.get(win.key) is None
    assert world.circle.gone == [901]


async def test_an_erase_takes_the_wins_their_cards_and_the_cheers_given(world, clock):
    mine = await world.share(clock)
    theirs = await world.share(clock, act="b", by=BEN)
    await world.wins.cheer(theirs.key, ALICE, clock.now())
    await world.wins.cheer(mine.key, BEN, clock.now())
    eraser = ProgressEraser(world.wins, world.vault)
    async with world.database.write() as tx:
        assert await eraser.holdings(tx, Whose(ALICE)) == [Holding("wins", 1), Holding("cheers", 1)]
        exported = await eraser.export_member(tx, Whose(ALICE))
        await eraser.erase_member(tx, Whose(ALICE), clock.now())
        assert await eraser.holdings(tx, Whose(ALICE)) == []
        assert await eraser.holdings(tx, Whose(BEN)) == [Holding("wins", 1)]
    assert [win["text"] for win in exported["wins"]] == [WORDS]
    assert len(exported["cheers"]) == 1
    await world.outbox.run_due(clock.now())
    assert world.circle.gone == [901]
    assert world.circle.changed == [theirs.key]


async def test_an_erase_for_other_groups_leaves_this_one(world, clock):
    await world.share(clock)
    eraser = ProgressEraser(world.wins, world.vault)
    async with world.database.write() as tx:
        await eraser.erase_member(tx, Whose(ALICE, frozenset({"thursday"})), clock.now())
        assert await eraser.holdings(tx, Whose(ALICE, frozenset({"tuesday"}))) == [Holding("wins", 1)]


async def test_no_row_of_the_outbox_holds_the_words(world, clock):
    win = await world.share(clock)
    async with world.database.read() as tx:
        (row,) = await outbox_store.results_of(tx, f"win:{win.key}")
        everything = (await tx.execute(select(outbox_table))).all()
    assert row["state"] == "done"
    assert WORDS not in str(everything)
