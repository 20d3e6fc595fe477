"""From an alarm that nobody has set up to an armed one; what members are told meanwhile; drills; a lost channel."""

from datetime import timedelta

import pytest

from bot.crisis.cases.model import NotATherapist
from sandbox import Permission
from sandbox.scene import OSCAR
from tests.support.groups import ALICE, CARE, CIRCLE, MARIA, SERVER, TOM, TUESDAY
from tests.support.harness import journey
from tests.support.rota import ALWAYS_TOM

DANGER = "I want to kill myself"


@pytest.fixture
def told(tmp_path, clock):
    """Begin a journey of a group as it is described."""
    return lambda text=TUESDAY, **more: journey(tmp_path, clock, text=text, **more)


def walk(components):
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def button(message, ending):
    return next(c["custom_id"] for c in walk(message["components"]) if c.get("custom_id", "").endswith(ending))


def words_of(message):
    return "\n".join(
        [message.get("content", ""), *(c["content"] for c in walk(message["components"]) if "content" in c)]
    )


async def panel(story, person=MARIA, channel=CARE):
    used = await story.people.command(person, channel, "alarm")
    return (await story.people.answer(used))["message"]


async def press(story, message, ending, person=MARIA):
    pressed = await story.people.press(person, CARE, message, button(message, ending))
    return await story.people.answer(pressed)


async def test_from_nothing_to_an_armed_alarm(told):
    async with told(armed=False) as story:
        await story.people.say(ALICE, CIRCLE, DANGER)
        page = await story.expect(MARIA, CARE, "Case ")
        assert story.people.notified(page) == [MARIA]
        thread = await story.private_thread(ALICE)
        text = (await story.expect(ALICE, thread, "I am an automatic helper"))["content"]
        assert "The alarm is not set up in this group yet" in text
        assert "988" in text
        await story.people.press(MARIA, CARE, page, button(page, "acknowledge"))
        await story.expect(MARIA, CARE, "You have case")

        shown = await panel(story)
        assert "NOT set up" in words_of(shown)
        assert words_of(shown).count("Missing:") == 5
        assert "owner and administrators" in words_of(shown)
        assert "<@5001>" in words_of(shown)
        await press(story, shown, ":care")
        await press(story, shown, ":test")
        test = await story.expect(MARIA, CARE, "TEST · <@3001>")
        assert story.people.notified(test) == [MARIA]
        await story.people.press(MARIA, CARE, test, button(test, ":answer"))
        await story.expect(MARIA, CARE, "It took you 0 seconds")
        form = (await press(story, shown, ":response"))["modal"]
        sent = await story.people.submit(MARIA, form["id"], {"hours": "Monday to Friday, 9 to 17", "within": "4h"})
        assert "Hours and response time are set" in await story.answer(sent)
        draft = words_of((await press(story, shown, ":draft"))["message"])
        assert "Monday to Friday, 9 to 17" in draft
        assert "within 4h" in draft
        await press(story, shown, ":told")
        group = story.parts.groups.get("tuesday")
        assert [point.point for point in (await story.parts.alarm.report(group)).missing] == ["lines"]
        await story.parts.confirmed_lines.confirm(group, MARIA, story.clock.now())
        ready = (await press(story, shown, ":told"))["message"]
        await story.expect(MARIA, CARE, "The alarm of this group is set up now")
        assert "The alarm of Tuesday circle is set up" in words_of(ready)
        assert "Missing:" not in words_of(ready)
        assert "answered after 0 seconds" in words_of(ready)
        await story.nothing_more()


async def test_an_armed_alarm_says_nothing_of_itself_to_a_member(told):
    async with told() as story:
        await story.people.say(ALICE, CIRCLE, DANGER)
        await story.expect(MARIA, CARE, "Case ")
        thread = await story.private_thread(ALICE)
        text = (await story.expect(ALICE, thread, "I am an automatic helper"))["content"]
        assert "not set up" not in text


async def test_only_therapists_see_and_set_up_the_alarm(told):
    async with told(armed=False) as story:
        used = await story.people.command(ALICE, CIRCLE, "alarm")
        assert "Only the therapists" in await story.answer(used)
        await press(story, await panel(story), ":test")
        await story.expect(MARIA, CARE, "TEST · ")
        with pytest.raises(NotATherapist):
            await story.parts.alarm.answer(1, ALICE, story.clock.now())


async def test_who_is_not_set_up_is_told_once_a_day(told):
    async with told(armed=False) as story:
        await story.skip(hours=3)
        line = await story.expect(MARIA, CARE, "today's list")
        assert "The alarm is not set up" in line["content"]
        assert story.people.notified(line) == []
        await story.restart()
        await story.skip(hours=12)
        await story.nothing_more()
        await story.skip(hours=12)
        await story.expect(MARIA, CARE, "today's list")


async def test_hours_that_cannot_be_read_are_answered_and_not_lost(told):
    async with told(armed=False) as story:
        form = (await press(story, await panel(story), ":response"))["modal"]
        sent = await story.people.submit(MARIA, form["id"], {"hours": "Mondays", "within": "soon"})
        answer = await story.answer(sent)
        assert "I cannot read how soon" in answer
        assert "Mondays" in answer


async def test_a_stranger_in_the_care_channel_disarms_and_is_named_to_the_therapists(told):
    async with told() as story:
        await story.people.permissions(SERVER, OSCAR, channel=CARE, allow=Permission.VIEW_CHANNEL)
        await story.expect(MARIA, CARE, "is not set up any more")
        shown = await panel(story)
        assert "1 people who are no therapists" in words_of(shown)
        assert f"<@{OSCAR}>" in words_of(shown)
        refused = (await press(story, shown, ":care"))["message"]
        assert "take these people out" in words_of(refused)
        await story.people.permissions(SERVER, OSCAR, channel=CARE, deny=Permission.VIEW_CHANNEL)
        await story.expect(MARIA, CARE, "The alarm of this group is set up now")


async def test_without_a_care_channel_the_pages_go_to_the_people_and_the_panel_says_what_to_do(told):
    async with told() as story:
        await story.people.delete_channel(CARE)
        group = story.parts.groups.get("tuesday")

        async def noticed():
            return not (await story.parts.alarm.report(group)).armed

        await story.until(noticed)
        await story.people.say(ALICE, CIRCLE, DANGER)
        await story.expect(MARIA, None, "The care channel could not be reached")
        shown = await panel(story, channel=CIRCLE)
        assert "The care channel is gone" in words_of(shown)
        thread = await story.private_thread(ALICE)
        assert "not set up" in (await story.expect(ALICE, thread, "I am an automatic helper"))["content"]


async def in_a_week(story):
    """Go to a week after the first test page, at noon in New York."""
    story.clock.advance(timedelta(days=7, hours=5))
    await story.tick()


async def test_once_a_week_a_drill_rings_who_is_on_call_and_a_press_settles_it(told):
    async with told(ALWAYS_TOM) as story:
        await story.skip(days=6)
        await story.nothing_more()
        await story.skip(days=1, hours=5)
        drill = await story.expect(MARIA, CARE, "DRILL")
        assert drill["content"].startswith("DRILL")
        assert story.people.notified(drill) == [TOM]
        await story.skip(seconds=90)
        await story.people.press(TOM, CARE, drill, button(drill, ":answer"))
        await story.expect(TOM, CARE, "It took you 90 seconds")
        settled = next(m for m in story.people.messages(MARIA, CARE) if m["id"] == drill["id"])
        assert f"Answered by <@{TOM}>" in settled["content"]
        await story.skip(days=1)
        await story.nothing_more()


async def test_a_drill_that_nobody_answers_is_a_line_on_the_next_day_and_no_more(told):
    async with told(ALWAYS_TOM) as story:
        await in_a_week(story)
        await story.expect(MARIA, CARE, "DRILL")
        await story.skip(days=1)
        line = await story.expect(MARIA, CARE, "was not answered by")
        assert f"<@{TOM}>" in line["content"]
        await story.skip(days=1)
        await story.nothing_more()


async def test_no_drill_rings_while_a_case_is_open(told):
    async with told(ALWAYS_TOM) as story:
        story.clock.advance(timedelta(days=7, hours=4))
        await story.people.say(ALICE, CIRCLE, DANGER)
        page = await story.expect(MARIA, CARE, "Case ")
        await story.people.press(TOM, CARE, page, button(page, "acknowledge"))
        await story.skip(minutes=10)
        shown = [m["content"] for m in story.people.messages(MARIA, CARE)]
        assert not any("DRILL" in text for text in shown)
