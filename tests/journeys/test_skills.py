"""Exercises, for the person alone."""

import asyncio

import pytest

from tests.support.groups import ALICE, BEN, CIRCLE
from tests.support.harness import journey

EPHEMERAL = 64


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


def walk(components):
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def labels(message):
    return [c["label"] for c in walk(message["components"]) if c["type"] == 2]


def custom_id(message, ending):
    return next(c["custom_id"] for c in walk(message["components"]) if c.get("custom_id", "").endswith(ending))


def words_of(message):
    return "\n".join(
        [message.get("content", ""), *(c["content"] for c in walk(message["components"]) if "content" in c)]
    )


async def opened(story, name="box_breathing", person=ALICE):
    used = await story.people.command(person, CIRCLE, "skill", {"name": name})
    return (await story.people.answer(used))["message"]


async def press(story, message, ending, values=None, person=ALICE):
    more = {} if values is None else {"values": values}
    pressed = await story.people.press(
        person, CIRCLE, message, custom_id(now_shown(story, message, person), ending), **more
    )
    await story.people.answer(pressed)
    return now_shown(story, message, person)


def now_shown(story, message, person=ALICE):
    return next(m for m in story.people.messages(person, CIRCLE) if m["id"] == message["id"])


async def test_an_exercise_is_found_by_its_words_and_seen_by_nobody_else(story):
    found = await story.people.autocomplete(ALICE, CIRCLE, "skill", {"name": "breath"}, focused="name")
    assert {choice["value"] for choice in found} >= {"box_breathing", "slow_breathing"}
    message = await opened(story)
    assert message["flags"] & EPHEMERAL
    assert "Box breathing" in words_of(message)
    assert "leave them out" in words_of(message)
    assert message["id"] not in [m["id"] for m in story.people.messages(BEN, CIRCLE)]
    await story.nothing_more()


async def test_step_by_step_leads_to_the_end_at_ones_own_pace(story):
    message = await opened(story, "reframing")
    shown = await press(story, message, ".step")
    steps = story.parts.skills.of("en")["reframing"].steps
    for number, step in enumerate(steps, start=1):
        assert step.text in words_of(shown)
        assert f"{number} of {len(steps)}" in words_of(shown)
        shown = await press(story, message, ".next")
    assert "That was it" in words_of(shown)


async def test_ratings_before_and_after_are_shown_to_the_person_and_kept_nowhere(story):
    message = await opened(story, "reframing")
    shown = await press(story, message, ".rate_before", ["7"])
    assert "7 of 10. Only you see this, and I do not keep it." in words_of(shown)
    shown = await press(story, message, ".all")
    assert "1. Write down the harsh sentence" in words_of(shown)
    shown = await press(story, message, ".rate_after", ["5"])
    assert "7 before, 5 now. A little lighter." in words_of(shown)
    again = await press(story, message, ".again")
    assert "1 of 5" in words_of(again)


@pytest.mark.parametrize(("after", "told"), [("7", "trying it still counts"), ("9", "do not stay alone with it")])
async def test_no_rating_is_a_failure(story, after, told):
    message = await opened(story, "reframing")
    await press(story, message, ".rate_before", ["7"])
    await press(story, message, ".all")
    assert told in words_of(await press(story, message, ".rate_after", [after]))


async def test_all_steps_as_text_hold_nothing_that_moves(story):
    message = await opened(story, "box_breathing")
    shown = await press(story, message, ".all")
    assert all(step.text in words_of(shown) for step in story.parts.skills.of("en")["box_breathing"].steps)
    assert labels(shown) == []


async def test_an_exercise_runs_by_itself_and_can_be_stopped(story):
    cog = story.client.get_cog("SkillsCog")
    turns = asyncio.Semaphore(0)
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        await turns.acquire()

    cog._sleep = sleep
    message = await opened(story, "box_breathing")
    shown = await press(story, message, ".pace")
    assert labels(shown) == ["Stop here"]
    turns.release()
    await story.until(lambda: shows(story, message, "2 of 10"))
    turns.release()
    await story.until(lambda: shows(story, message, "3 of 10"))
    shown = await press(story, message, ".stop")
    assert "3 of 10" in words_of(shown)
    assert labels(shown) == ["Next"]
    for _ in range(20):
        turns.release()
    await asyncio.sleep(0.05)
    assert "3 of 10" in words_of(now_shown(story, message))
    assert slept == [6, 4, 4]


async def shows(story, message, text):
    return text in words_of(now_shown(story, message))


async def test_what_helps_goes_into_ones_own_toolbox_and_out_again(story):
    message = await opened(story, "saying_no")
    shown = await press(story, message, ".keep")
    assert "in your toolbox now" in words_of(shown)
    used = await story.people.command(ALICE, CIRCLE, "toolbox")
    box = (await story.people.answer(used))["message"]
    assert "Saying no" in words_of(box)
    others = await story.people.command(BEN, CIRCLE, "toolbox")
    assert "Your toolbox is empty" in words_of((await story.people.answer(others))["message"])
    chosen = await press(story, box, ":any", ["saying_no"])
    out = await press(story, chosen, ".drop")
    assert "Taken out" in words_of(out)
    assert await story.parts.toolbox.of(ALICE) == []


async def test_without_a_name_there_is_a_list_to_choose_from(story):
    used = await story.people.command(ALICE, CIRCLE, "skill")
    listed = (await story.people.answer(used))["message"]
    assert words_of(listed).count("- **") == 16
    assert "Values" not in words_of(listed)
    assert "What matters to me" in words_of(await press(story, listed, ":any", ["values"]))


async def test_an_unknown_name_is_told_so(story):
    used = await story.people.command(ALICE, CIRCLE, "skill", {"name": "juggling"})
    assert "I know no such exercise" in await story.answer(used)


async def test_the_buttons_work_after_a_restart(story):
    message = await opened(story, "reframing")
    await press(story, message, ".step")
    await story.restart()
    assert "2 of 5" in words_of(await press(story, message, ".next"))
