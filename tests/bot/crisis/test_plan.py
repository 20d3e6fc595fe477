"""A safety plan is its author's alone: sealed, changed and erased by them, and goes some time after they left."""

from dataclasses import replace

import pytest

from bot.crisis.cases.model import HELP_BUTTON, NotATherapist
from bot.crisis.member.erase import MemberCareEraser
from bot.crisis.member.help_button import HelpButtons
from bot.crisis.member.plan import store as plan_store
from bot.crisis.member.plan.model import LONGEST, PARTS
from bot.crisis.member.plan.service import Plans
from bot.outbox.model import Receipt
from bot.outbox.service import Outbox
from bot.privacy.contract import Whose
from bot.storage.vault import Keyring, Vault
from tests.support.groups import ALICE, BEN, MARIA, tuesday, with_tuesday

WRITTEN = {"signs": "I sleep badly", "steps": "walk", "safer": "give the key away"}


@pytest.fixture
async def groups(database, vault, clock):
    return await with_tuesday(database, vault, clock.now())


@pytest.fixture
async def plans(database, vault, groups):
    return Plans(database, vault)


async def test_a_plan_holds_what_was_written_in_place_of_the_one_before(plans, clock):
    first = await plans.write(ALICE, "tuesday", WRITTEN | {"places": "   "}, clock.now())
    assert first.parts == WRITTEN
    changed = await plans.write(ALICE, "tuesday", {"steps": "x" * (LONGEST + 50), "unknown": "y"}, clock.now())
    assert changed.key == first.key
    assert (await plans.of(ALICE)).parts == {"steps": "x" * LONGEST}
    assert await plans.of(BEN) is None


async def test_writing_nothing_keeps_nothing(plans, clock):
    await plans.write(ALICE, "tuesday", WRITTEN, clock.now())
    assert await plans.write(ALICE, "tuesday", dict.fromkeys(PARTS, " "), clock.now()) is None
    assert await plans.of(ALICE) is None
    assert not await plans.erase(ALICE)


async def known(database, group_key="tuesday"):
    async with database.read() as tx:
        return await plan_store.announced(tx, group_key, ALICE)


async def test_the_therapists_know_of_a_plan_only_if_its_author_says_so_and_a_change_keeps_that(plans, database, clock):
    assert not await known(database)
    assert await plans.announce(ALICE, True) is None
    await plans.write(ALICE, "tuesday", WRITTEN, clock.now())
    assert not await known(database)
    await plans.announce(ALICE, True)
    await plans.write(ALICE, "tuesday", {"steps": "swim"}, clock.now())
    assert await known(database)
    await plans.announce(ALICE, False)
    assert not await known(database)


async def test_the_therapists_of_another_group_do_not_learn_of_a_plan_that_was_announced_in_one(
    plans, groups, database, clock
):
    friday = replace(tuesday(clock.now()), key="friday", circle=2011)
    await groups.save([friday], clock.now())
    await plans.write(ALICE, "tuesday", WRITTEN, clock.now())
    await plans.announce(ALICE, True)
    assert not await known(database, "friday")
    await plans.write(ALICE, "friday", WRITTEN, clock.now())
    assert not await known(database, "friday")


async def test_a_plan_whose_key_is_gone_says_which_parts_do_not_open(plans, database, clock):
    await plans.write(ALICE, "tuesday", WRITTEN, clock.now())
    other = await Plans(database, Vault(Keyring.new())).of(ALICE)
    assert other is not None
    assert (other.parts, other.sealed_shut) == ({}, ("signs", "steps", "safer"))


@pytest.mark.parametrize(("left", "goes"), [({"tuesday"}, True), ({"wednesday"}, False)])
async def test_a_plan_goes_with_the_group_in_which_it_was_last_written(plans, database, vault, clock, left, goes):
    await plans.write(ALICE, "tuesday", WRITTEN, clock.now())
    eraser, whose = MemberCareEraser(vault), Whose(ALICE, frozenset(left))
    async with database.write() as tx:
        held = await eraser.holdings(tx, whose)
        await eraser.erase_member(tx, whose, clock.now())
    assert [each.what for each in held] == (["safety_plan"] if goes else [])
    assert (await plans.of(ALICE) is None) is goes


async def test_only_a_therapist_places_the_button_and_the_new_one_knows_the_old_one(database, groups, clock):
    outbox = Outbox(database, clock)
    buttons, rows = HelpButtons(database, outbox), []

    async def deliver(row, _now):
        rows.append(row.ref["old"])
        return Receipt(7, 100 + len(rows))

    outbox.deliver_with(HELP_BUTTON, deliver)
    group = groups.get("tuesday")
    with pytest.raises(NotATherapist):
        await buttons.place(group, ALICE, clock.now())
    assert await buttons.placed_at(group) is None
    for _ in range(2):
        await buttons.place(group, MARIA, clock.now())
        await outbox.settle()
    assert rows == [None, {"channel": 7, "message": 101}]
    assert await buttons.placed_at(group) == (7, 102)
