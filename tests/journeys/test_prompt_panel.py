"""What therapists do with the prompts to come, and what members suggest."""

from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from bot.daily_prompts.model import RunState
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, TOM, names
from tests.support.harness import journey

FRIDAY_EVENING = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    return MovableClock(FRIDAY_EVENING, frozen=True)


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        await story.tick()
        yield story


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


async def panel(story, person=MARIA):
    used = await story.people.command(person, CIRCLE, "prompt panel")
    return (await story.people.answer(used))["message"]


async def press(story, message, ending, person=MARIA, values=None):
    more = {} if values is None else {"values": values}
    pressed = await story.people.press(person, CIRCLE, message, button(message, ending), **more)
    return await story.people.answer(pressed)


async def monday(story):
    story.clock.advance(datetime(2026, 11, 23, 14, 0, tzinfo=UTC) - story.clock.now())
    await story.tick()


async def send_form(story, opened, values, person=MARIA):
    return await story.answer(await story.people.submit(person, opened["modal"]["id"], values))


async def first_planned(story):
    group = story.parts.groups.get("tuesday")
    return (await story.parts.daily_prompts.plan(group, story.clock.now(), 1))[0]


async def test_the_panel_shows_what_is_posted_on_monday(story):
    shown = words_of(await panel(story))
    planned = await first_planned(story)
    assert planned.choice.prompt.text in shown
    assert "Why the next one: This is the first week" in shown
    await monday(story)
    await story.expect(ALICE, CIRCLE, planned.choice.prompt.text)
    await story.nothing_more()


async def test_members_are_shown_no_panel_and_no_choices(story):
    assert "Only the therapists" in words_of(await panel(story, ALICE))
    used = await story.people.command(ALICE, CIRCLE, "prompt queue", {"prompt": "medal"})
    assert "Only the therapists" in await story.answer(used)
    assert await story.people.autocomplete(ALICE, CIRCLE, "prompt queue", {"prompt": "me"}, focused="prompt") == []


async def test_a_swap_changes_the_next_prompt_and_can_be_done_again(story):
    before = (await first_planned(story)).choice.prompt
    shown = await panel(story)
    seen = {before.id}
    for _ in range(4):
        await press(story, shown, ":swap")
        now = (await first_planned(story)).choice.prompt
        assert now.id not in seen
        seen.add(now.id)
    assert (
        len((await story.parts.steering.panel(story.parts.groups.get("tuesday"), MARIA, story.clock.now())).queue) == 1
    )
    await monday(story)
    await story.expect(ALICE, CIRCLE, now.text)


async def test_a_prompt_of_ones_own_is_posted_next_and_is_looked_over(story):
    opened = await press(story, await panel(story), ":write")
    told = await send_form(story, opened, {"text": "What did your dog teach you!", "why": "It is fun."})
    assert "In the queue" in told
    assert "'!'" not in told
    assert "has an exclamation mark. End the sentence with a full stop." in told
    assert "What did your dog teach you!" in words_of(await panel(story))
    await monday(story)
    post = await story.expect(ALICE, CIRCLE, "What did your dog teach you!")
    assert "Why this may help: It is fun." in words_of(post)
    pressed = await story.people.press(ALICE, CIRCLE, post, button(post, ":topic"))
    assert "leave out prompts about animals" in words_of((await story.people.answer(pressed))["message"])


async def test_a_prompt_from_the_library_is_found_by_its_words_and_queued(story):
    found = await story.people.autocomplete(MARIA, CIRCLE, "prompt queue", {"prompt": "medal"}, focused="prompt")
    assert [choice["value"] for choice in found] == ["medal"]
    used = await story.people.command(MARIA, CIRCLE, "prompt queue", {"prompt": "medal"})
    assert "In the queue: Give yourself a medal" in await story.answer(used)
    unknown = await story.people.command(MARIA, CIRCLE, "prompt queue", {"prompt": "nonsense"})
    assert "I know no such prompt" in await story.answer(unknown)
    shown = await panel(story)
    entry = next(c for c in walk(shown["components"]) if c.get("custom_id", "").endswith(":dequeue"))
    await press(story, shown, ":dequeue", values=[entry["options"][0]["value"]])
    assert "Give yourself a medal" not in words_of(await panel(story)).split("Why the next one")[0]


async def test_the_next_prompt_can_be_left_out_and_put_back(story):
    shown = await panel(story)
    await press(story, shown, ":skip")
    shown = await panel(story)
    assert "left out" in words_of(shown)
    option = next(c for c in walk(shown["components"]) if c.get("custom_id", "").endswith(":end_break"))["options"][0]
    await press(story, shown, ":end_break", values=[option["value"]])
    await monday(story)
    await story.expect(ALICE, CIRCLE, "Today's prompt")


async def test_a_day_that_is_left_out_stays_empty_and_the_next_comes(story):
    await press(story, await panel(story), ":skip")
    await monday(story)
    await story.nothing_more()
    runs = await story.parts.daily_prompts.runs_of(story.parts.groups.get("tuesday"))
    assert [run.state for run in runs] == [RunState.SKIPPED]
    await story.skip(days=1)
    await story.expect(ALICE, CIRCLE, "Today's prompt")


async def test_a_break_leaves_out_its_days_and_no_others(story):
    opened = await press(story, await panel(story), ":break_button")
    told = await send_form(story, opened, {"first": "2026-11-23", "last": "2026/11/25"})
    assert "From 2026-11-23 to 2026-11-25 no prompts are posted" in told
    await monday(story)
    for _ in range(2):
        await story.skip(days=1)
    await story.nothing_more()
    await story.skip(days=1)
    await story.expect(ALICE, CIRCLE, "Today's prompt")


async def test_breaks_that_make_no_sense_change_nothing(story):
    senseless = [
        ("next week", "2026-11-25", "I could not read next week as a day. Write it as 2027-08-30."),
        ("2026-02-30", "2026-11-25", "I could not read 2026-02-30 as a day."),
        ("2026-11-25", "2026-11-23", "The last day comes before the first."),
        ("2026-10-01", "2026-10-05", "These days are over already."),
    ]
    for first, last, told in senseless:
        opened = await press(story, await panel(story), ":break_button")
        assert told in await send_form(story, opened, {"first": first, "last": last})
    await monday(story)
    await story.expect(ALICE, CIRCLE, "Today's prompt")


async def test_a_members_suggestion_is_queued_by_one_therapist_and_posted_without_a_name(story):
    used = await story.people.command(ALICE, CIRCLE, "prompt suggest")
    told = await send_form(story, await story.people.answer(used), {"text": "Which smell do you love?"}, ALICE)
    assert "with your name" in told
    card = await story.expect(MARIA, CARE, "Which smell do you love?")
    assert f"<@{ALICE}> suggests a prompt" in words_of(card)
    queued = await story.people.press(MARIA, CARE, card, button(card, ":queue"))
    await story.people.answer(queued)
    decided = next(m for m in story.people.messages(TOM, CARE) if m["id"] == card["id"])
    assert f"chosen by <@{MARIA}>" in words_of(decided)
    assert not [c for c in walk(decided["components"]) if c["type"] == 2]
    await monday(story)
    post = await story.expect(BEN, CIRCLE, "Which smell do you love?")
    assert not names(ALICE, post)
    await story.nothing_more()


async def test_a_suggestion_that_alarms_pages_and_is_no_suggestion(story):
    used = await story.people.command(ALICE, CIRCLE, "prompt suggest")
    told = await send_form(story, await story.people.answer(used), {"text": "I want to kill myself"}, ALICE)
    assert "I have not passed your words on as a suggestion" in told
    assert "988" in told
    await story.expect(MARIA, CARE, "Case ")
    await story.nothing_more()


async def test_the_panel_works_after_a_restart(story):
    shown = await panel(story)
    await story.restart()
    await press(story, shown, ":skip")
    assert "left out" in words_of(await panel(story))
