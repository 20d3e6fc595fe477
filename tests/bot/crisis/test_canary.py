"""The rehearsal at every start: nothing stays of it, a broken store stops the start, a deaf screener is not trusted."""

import pytest
from sqlalchemy import func, select

from bot import app
from bot.config import Settings
from bot.crisis.cases import store
from bot.crisis.cases.model import Source
from bot.crisis.screening import Context, views_of
from bot.crisis.watching.canary import rehearse
from bot.crisis.watching.intake import Said
from bot.errors import StorageError
from bot.groups import toml_file
from bot.outbox.store import outbox
from bot.storage.presence import Presence
from bot.storage.vault import Vault
from tests.support.groups import ALICE, CIRCLE, TUESDAY
from tests.support.seeded import shipped_screener


class Deaf:
    """A screener that finds nothing."""

    languages = ("en",)

    def assess(self, _views, _context=None):
        return shipped_screener().assess(views_of("a nice day"), Context())


@pytest.fixture
async def parts(database, vault: Vault, clock):
    parts = app.build(Settings(), clock, database, vault, Presence(database), shipped_screener())
    await parts.groups.save(toml_file.parse(TUESDAY, clock.now()), clock.now())
    await parts.groups.refresh(clock.now())
    return parts


async def rows(database, table):
    async with database.read() as tx:
        return (await tx.execute(select(func.count()).select_from(table))).scalar_one()


async def test_nothing_of_a_rehearsal_stays(parts, database):
    await rehearse(parts)
    for table in (store.cases, store.signals, store.events, outbox):
        assert await rows(database, table) == 0


async def test_a_store_that_cannot_keep_a_page_stops_the_start(parts, monkeypatch):
    async def broken(*_args, **_more):
        raise RuntimeError("secret words")

    monkeypatch.setattr(store, "record", broken)
    with pytest.raises(StorageError) as stopped:
        await rehearse(parts)
    assert "could not page anybody" in stopped.value.message
    assert "secret words" not in str(stopped.value)


async def test_with_a_screener_that_finds_nothing_every_message_counts_as_not_screened(database, vault, clock):
    parts = app.build(Settings(), clock, database, vault, Presence(database), Deaf())  # type: ignore[arg-type]
    await parts.groups.save(toml_file.parse(TUESDAY, clock.now()), clock.now())
    await parts.groups.refresh(clock.now())
    await rehearse(parts)
    group = parts.groups.all()[0]
    for number in (1, 2):
        said = Said(ALICE, CIRCLE, number, clock.now(), in_dm=False)
        await parts.watch.read(group, said, views_of("hello"), clock.now(), told=True)
    (case,) = await parts.cases.open_cases()
    assert case.source is Source.FAULT
    async with database.read() as tx:
        kinds = [row["kind"] for row in (await tx.execute(select(outbox))).mappings()]
    assert kinds.count("crisis.notice") == 1
    assert "crisis.page" in kinds
    await parts.outbox.settle()
