"""The database fails while the bot runs: therapists are told without it, and nothing that was said is passed over."""

from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from bot.errors import StorageError
from tests.support.cogs_kept import in_use
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA
from tests.support.harness import journey

DANGER = "I want to kill myself"


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


@contextmanager
def full_disk(story, monkeypatch):
    def refused():
        raise StorageError("The disk is full, or cannot be written to.", "Free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(story.parts.database, "write", refused)
        yield


async def test_what_cannot_be_stored_is_told_at_once_and_paged_when_it_can(story, monkeypatch):
    with full_disk(story, monkeypatch):
        said = await story.people.say(ALICE, CIRCLE, DANGER)
        told = await story.expect(MARIA, CARE, "I could not store this message so far")
        assert f"/{CIRCLE}/{said['id']}" in told["content"]
        assert f"<@{MARIA}>" in told["content"]
        assert "kill" not in told["content"]
        await story.people.say(BEN, CIRCLE, "Good morning")
        with suppress(StorageError):
            await story.parts.watermarks.run_due(story.clock.now())
    await story.skip(seconds=15)
    await story.expect(MARIA, CARE, "Case ")
    await story.tick()
    await story.expect(ALICE, await story.private_thread(ALICE), "I am an automatic helper")
    await story.nothing_more()


async def test_a_first_direct_message_that_cannot_be_stored_is_told_with_its_author(story, monkeypatch):
    with full_disk(story, monkeypatch):
        await story.people.say(ALICE, (await story.people.dm(ALICE))["id"], DANGER)
        told = await story.expect(MARIA, CARE, "I could not store a direct message")
        assert f"<@{ALICE}>" in told["content"]
    await story.tick()
    await story.expect(MARIA, CARE, "Case ")


async def test_what_waits_too_long_for_the_database_is_told_before_it_is_paged(story, monkeypatch):
    monkeypatch.setattr(in_use("cogs.crisis.not_stored"), "_PATIENCE_S", 0.05)
    async with story.parts.database.write():  # another program holds it
        await story.people.say(ALICE, CIRCLE, DANGER)
        await story.expect(MARIA, CARE, "I could not store this message so far")
    await story.expect(MARIA, CARE, "Case ")


async def test_a_start_whose_gap_cannot_be_stored_reads_it_back_later(story, monkeypatch):
    await story.people.say(BEN, CIRCLE, "hello")
    await story.tick()
    await story.stop()
    await story.people.say(ALICE, CIRCLE, DANGER)
    story.clock.advance(timedelta(minutes=3))
    noted: list[int] = []
    real = in_use("cogs.crisis.gaps").note_gap

    async def refused_at_first(client, parts):
        noted.append(len(noted))
        if len(noted) == 1:
            raise StorageError("The disk is full, or cannot be written to.", "Free some space.")
        return await real(client, parts)

    monkeypatch.setattr(in_use("cogs.crisis.cog"), "note_gap", refused_at_first)
    await story.start()
    await story.tick()
    await story.expect(MARIA, CARE, "Case ")
    await story.expect(MARIA, CARE, "I heard nothing")
