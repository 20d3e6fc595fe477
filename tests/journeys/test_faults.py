"""What goes wrong between the bot and Discord: no page is lost, and none is doubled."""

import asyncio
from datetime import timedelta

import discord
import pytest

from sandbox import Fault, Permission
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER, TOM
from tests.support.harness import journey

DANGER = "I want to kill myself"
PAGES = f"POST /channels/{CARE}/messages"


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


async def nudge(story, minutes=1, times=4):
    """Let the retries of a row come due."""
    for _ in range(times):
        await story.skip(seconds=minutes * 15)


async def test_a_rate_limit_delays_the_page_and_no_more(story):
    story.sandbox.inflict(Fault("429", count=1, path=PAGES, seconds=0.2))
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.nothing_more()


async def test_an_answer_that_was_lost_does_not_double_the_page(story):
    story.sandbox.inflict(Fault("5xx", count=1, path=PAGES, lose_answer=True))
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await nudge(story)
    await story.nothing_more(settle=0.5)


async def test_a_care_channel_that_was_deleted_leads_to_the_therapist_of_the_step(story):
    await story.people.delete_channel(CARE)
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, None, "The care channel could not be reached")
    button = page["components"][0]["components"][0]["custom_id"]
    taken = await story.people.press(MARIA, page["channel_id"], page, button)
    assert "You have case" in await story.answer(taken)


async def test_where_the_bot_may_not_write_in_care_the_next_one_is_asked_in_person_too(story):
    await story.people.permissions(
        SERVER, story.sandbox.world.bot, channel=CARE, allow=Permission.VIEW_CHANNEL, deny=Permission.SEND_MESSAGES
    )
    await story.people.dms(MARIA, accept=False)
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.tick()
    await story.tick()
    await story.expect(TOM, None, "The care channel could not be reached")


async def test_a_member_who_takes_no_direct_messages_is_told_in_the_thread(story):
    await story.parts.preferences.choose_direct_messages(ALICE, True, story.clock.now())
    await story.people.dms(ALICE, accept=False)
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.expect(ALICE, await story.private_thread(ALICE), "I am an automatic helper")
    await story.nothing_more()


async def test_a_member_who_opted_in_is_told_by_direct_message_and_no_thread_is_made(story):
    await story.parts.preferences.choose_direct_messages(ALICE, True, story.clock.now())
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.expect(ALICE, None, "I am an automatic helper")
    assert [t for g in story.people.state(ALICE)["guilds"] for t in g["threads"]] == []


async def test_where_no_thread_can_be_made_the_channel_gets_the_shortest_form(story):
    await story.people.permissions(
        SERVER,
        story.sandbox.world.bot,
        channel=CIRCLE,
        allow=Permission.VIEW_CHANNEL,
        deny=Permission.CREATE_PRIVATE_THREADS,
    )
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    short = await story.expect(BEN, CIRCLE, "In an emergency call 911")
    assert "Alice" not in short["content"]
    assert str(ALICE) not in short["content"]
    await story.nothing_more()


async def test_what_is_said_while_the_gateway_is_cut_is_replayed_and_found_once(story):
    story.sandbox.inflict(Fault("drop"))
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ", within=15)
    await story.nothing_more()


async def test_what_is_said_before_a_session_that_cannot_be_resumed_is_read_back(story):
    await story.people.say(BEN, CIRCLE, "hello")
    story.sandbox.inflict(Fault("invalid_session"))
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ", within=20)
    await story.nothing_more()


async def test_an_hour_without_discord_ends_with_one_page_and_not_a_flood(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    story.sandbox.inflict(Fault("offline"))
    for _ in range(12):
        story.clock.advance(timedelta(minutes=5))
        async with asyncio.timeout(5):
            await story.parts.cases.run_due(story.clock.now())
    story.sandbox.end_faults()
    await story.expect(MARIA, CARE, "Round", within=20)
    case = (await story.parts.cases.open_cases())[0]
    assert case.waits


async def test_two_therapists_who_press_at_once_get_one_case_and_one_name(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    button = page["components"][0]["components"][0]["custom_id"]
    pressed = [await story.people.press(who, CARE, page, button) for who in (MARIA, TOM)]
    answers = await asyncio.gather(*(story.answer(each) for each in pressed))
    assert sorted("You have case" in answer for answer in answers) == [False, True]
    assert sum("took case" in answer for answer in answers) == 1


async def test_a_thread_to_which_the_bot_may_not_add_anybody_is_replaced_before_anything_is_public(story, monkeypatch):
    refused = []
    add_user = discord.Thread.add_user

    async def strict(thread, user, /):
        if not thread.invitable:
            refused.append(thread.id)
            raise discord.Forbidden(FakeResponse(), "Missing Permissions")  # type: ignore[arg-type]
        await add_user(thread, user)

    monkeypatch.setattr(discord.Thread, "add_user", strict)
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.expect(ALICE, await story.private_thread(ALICE), "I am an automatic helper")
    assert len(refused) == 1
    await story.nothing_more()


class FakeResponse:
    """What discord.py keeps of a refusal."""

    status, reason = 403, "Forbidden"
