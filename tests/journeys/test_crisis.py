"""From a message to a human being who has taken it."""

from datetime import timedelta

import pytest

from sandbox.scene import OSCAR
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, TOM
from tests.support.harness import journey

DANGER = "I want to kill myself"
BUTTON = "acknowledge"


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


def button_of(message):
    return next(c["custom_id"] for row in message["components"] for c in row["components"])


async def test_nobody_answers_so_the_page_goes_down_the_chain_and_round_until_somebody_takes_it(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    first = await story.expect(MARIA, CARE, "Case ")
    assert f"<@{MARIA}>" in first["content"]
    assert story.people.notified(first) == [MARIA]
    assert DANGER.lower() not in first["content"].lower()

    await story.skip(minutes=5)
    second = await story.expect(MARIA, CARE, f"<@{TOM}>")
    await story.skip(minutes=5)
    await story.expect(MARIA, CARE, f"<@{MARIA}> <@{TOM}>")
    await story.skip(minutes=5)
    again = await story.expect(MARIA, CARE, "Round 2")
    assert again["id"] != first["id"]

    taken = await story.people.press(TOM, CARE, second, button_of(second))
    assert "You have case" in await story.answer(taken)
    late = await story.people.press(MARIA, CARE, again, button_of(again))
    assert f"<@{TOM}> took case" in await story.answer(late)
    await story.skip(minutes=19)
    await story.nothing_more()
    await story.skip(minutes=1)
    await story.expect(MARIA, CARE, "Nobody has recorded contact yet")


async def test_the_member_is_told_in_private_what_has_happened_and_no_more(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    thread = await story.private_thread(ALICE)
    told = await story.expect(ALICE, thread, "I am an automatic helper")
    assert "988" in told["content"]
    assert "911" in told["content"]
    await story.until(lambda: shows(story, ALICE, thread, "The alarm was sent"))
    await story.people.press(MARIA, CARE, page, button_of(page))
    await story.until(lambda: shows(story, ALICE, thread, "A therapist of Tuesday circle has seen"))
    assert not any(t["id"] == str(thread) for g in story.people.state(BEN)["guilds"] for t in g["threads"])
    await story.nothing_more()


async def shows(story, person, thread, text):
    return any(text in m["content"] for m in story.people.messages(person, thread))


async def test_a_therapist_alone_can_take_a_case(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    case = (await story.parts.cases.open_cases())[0]
    from bot.crisis.cases.model import NotATherapist

    with pytest.raises(NotATherapist):
        await story.parts.cases.acknowledge(case.id, BEN, story.clock.now())
    assert page["content"]


async def test_an_ordinary_message_leads_to_nothing(story):
    await story.people.say(ALICE, CIRCLE, "I had a good walk today")
    await story.skip(minutes=10)
    await story.nothing_more()
    assert await story.parts.cases.open_cases() == []


async def test_what_was_said_while_the_bot_was_down_is_found_once_and_called_late(story):
    await story.people.say(BEN, CIRCLE, "hello")
    await story.tick()
    await story.stop()
    await story.people.say(ALICE, CIRCLE, DANGER)
    story.clock.advance(timedelta(minutes=30))
    await story.start()
    await story.expect(MARIA, CARE, "I heard nothing from")
    page = await story.expect(MARIA, CARE, "It was said")
    assert f"<@{MARIA}>" in page["content"]
    await story.restart()
    await story.nothing_more()


async def test_an_edit_that_turns_grave_pages_and_an_unfurled_link_does_not(story):
    said = await story.people.say(ALICE, CIRCLE, "nothing to see")
    await story.people.edit(ALICE, CIRCLE, said, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.people.unfurl(CIRCLE, said, [{"title": "a page"}])
    await story.nothing_more()


async def test_a_direct_message_by_a_member_pages_and_is_answered_there(story):
    await story.people.say(ALICE, await story.people.dm(ALICE), DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.expect(ALICE, None, "I am passing this on")
    await story.nothing_more()


async def test_every_direct_message_is_answered(story):
    await story.people.say(BEN, await story.people.dm(BEN), "are you there?")
    await story.expect(BEN, None, "Nobody reads this box")
    await story.people.say(OSCAR, await story.people.dm(OSCAR), "hi")
    await story.expect(OSCAR, None, "do not know you as a member")
    await story.nothing_more()


async def test_a_report_pages_and_the_person_it_is_about_learns_nothing(story):
    said = await story.people.say(BEN, CIRCLE, "see you all next week")
    used = await story.people.context(ALICE, CIRCLE, "Tell a therapist privately", said, kind="message")
    assert "I am passing this on" in await story.answer(used)
    await story.expect(MARIA, CARE, "Somebody asked that a therapist looks")
    assert [t for g in story.people.state(BEN)["guilds"] for t in g["threads"]] == []
    await story.nothing_more()


async def test_a_button_still_works_after_a_restart(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    await story.restart()
    taken = await story.people.press(MARIA, CARE, page, button_of(page))
    assert "You have case" in await story.answer(taken)
    await story.nothing_more()
