"""Groups: imported all or none, seen by the running bot, and readable without their key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import KeyProblem
from bot.groups.service import Change, Groups, refuse_wrong_key
from bot.storage.vault import Keyring, Vault
from tests.support.groups import CARE, CIRCLE, SERVER, tuesday, with_tuesday


async def test_an_imported_group_is_read_back_as_it_was(database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    assert groups.all() == [tuesday(clock.now())]


async def test_importing_the_same_again_changes_nothing(database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    assert await groups.save([tuesday(clock.now())], clock.advance(timedelta(hours=1))) == []
    assert await groups.refresh(clock.now()) is False


async def test_a_change_names_its_fields_and_keeps_the_day_of_the_import(database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    imported_at = clock.now()
    wanted = replace(tuesday(clock.now()), name="Evening circle", therapists=(3002, 3001))
    later = clock.advance(timedelta(hours=1))
    assert await groups.save([wanted], later) == [Change("tuesday", is_new=False, fields=("name", "therapists"))]
    assert await groups.refresh(later) is True
    group = groups.get("tuesday")
    assert group is not None
    assert (group.name, group.therapists, group.imported_at) == ("Evening circle", (3002, 3001), imported_at)


async def test_a_dry_run_tells_and_changes_nothing(database, vault, clock):
    groups = Groups(database, vault)
    changes = await groups.save([tuesday(clock.now())], clock.now(), dry_run=True)
    assert changes == [Change("tuesday", is_new=True, fields=())]
    assert await groups.read_all() == []


async def test_a_group_that_a_file_does_not_name_stays(database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    other = replace(tuesday(clock.now()), key="friday", circle=2010, care=2011)
    await groups.save([other], clock.now())
    await groups.refresh(clock.now())
    assert [group.key for group in groups.all()] == ["friday", "tuesday"]


async def test_a_group_whose_name_does_not_open_still_works(database, vault, clock):
    await with_tuesday(database, vault, clock.now())
    groups = Groups(database, Vault(Keyring.new()))
    await groups.refresh(clock.now())
    (group,) = groups.all()
    assert group.name is None
    assert group.label == "tuesday"


async def test_a_group_is_found_by_its_places(sqlite_database, vault, clock):
    groups = await with_tuesday(sqlite_database, vault, clock.now())
    assert groups.of_circle(CIRCLE) is groups.of_channel(CARE) is groups.of_server(SERVER)[0] is groups.get("tuesday")
    assert groups.of_circle(CARE) is None


def test_a_key_that_opens_no_name_is_the_wrong_one_and_one_damaged_name_is_no_reason_to_stop(clock):
    one = tuesday(clock.now())
    damaged = replace(one, key="friday", name=None)
    refuse_wrong_key([])
    refuse_wrong_key([one, damaged])
    with pytest.raises(KeyProblem, match="does not open what is in the database"):
        refuse_wrong_key([damaged])


async def test_a_change_is_seen_although_the_clock_was_put_back(database, vault, clock):
    now, other = clock.now(), replace(tuesday(clock.now()), key="friday", circle=2011)
    groups, elsewhere = Groups(database, vault), Groups(database, vault)
    await groups.save([tuesday(now), other], now)
    await groups.refresh(now)
    await elsewhere.save([replace(tuesday(now), country="CA")], now - timedelta(days=1))
    await elsewhere.save([replace(tuesday(now), country="GB")], now - timedelta(hours=1))
    assert await groups.refresh(now)
    await elsewhere.save([replace(tuesday(now), country="IE")], now - timedelta(hours=2))
    assert await groups.refresh(now)
    tuesdays = groups.get("tuesday")
    assert tuesdays is not None
    assert tuesdays.country == "IE"
