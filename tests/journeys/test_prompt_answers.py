"""What members do with a prompt, and who gets to see it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from sandbox import Fault, Permission
from sandbox.model import Overwrite
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, names
from tests.support.harness import journey

FRIDAY = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
EPHEMERAL = 64


@pytest.fixture
def clock():
    return MovableClock(FRIDAY, frozen=True)


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        await story.tick()
        clock.advance(MONDAY_NINE - clock.now())
        await story.tick()
        yield story


@pytest.fixture
async def post(story):
    return await story.expect(ALICE, CIRCLE, "Today's prompt")


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


async def opened_form(story, post, person=ALICE):
    pressed = await story.people.press(person, CIRCLE, post, button(post, ":answer"))
    return (await story.people.answer(pressed))["modal"]


async def answer(story, post, text, audience=None, need=None, person=ALICE):
    form = await opened_form(story, post, person)
    values = {"text": text} | ({"audience": audience} if audience else {}) | ({"need": need} if need else {})
    return await story.answer(await story.people.submit(person, form["id"], values))


def thread_of(post):
    return int(post["id"])


def in_thread(story, post, person=BEN):
    shown = (words_of(m) for m in story.people.messages(person, thread_of(post)) if m["author"].get("bot"))
    return [words for words in shown if words]


async def own_list(story, person=ALICE):
    used = await story.people.command(person, CIRCLE, "prompt mine")
    return (await story.people.answer(used))["message"]


async def test_a_prompt_has_its_thread_and_four_ways_to_take_part(story, post):
    labels = [c["label"] for c in walk(post["components"]) if c["type"] == 2]
    assert labels == ["Answer", "Just reading today", "Save for later", "Not this topic for me"]
    said = await story.people.say(BEN, thread_of(post), "a thought of my own")
    assert said["channel_id"] == post["id"]
    await story.nothing_more()


async def test_the_form_shows_the_prompt_and_takes_the_most_private_audience_for_granted(story, post):
    form = await opened_form(story, post)
    shown = [c["content"] for c in form["components"] if "content" in c]
    assert shown
    assert shown[0] in words_of(post)
    radio = next(c["component"] for c in form["components"] if c.get("component", {}).get("custom_id") == "audience")
    assert [o["value"] for o in radio["options"]] == ["only_me", "therapists", "anonymous", "group"]
    assert [bool(o.get("default")) for o in radio["options"]] == [True, False, False, False]
    anonymous = next(o for o in radio["options"] if o["value"] == "anonymous")
    assert "Therapists can look it up" in anonymous["description"]


async def test_an_answer_for_oneself_is_seen_by_nobody_else(story, post):
    assert "for you alone" in await answer(story, post, "quiet and warm")
    await story.tick()
    assert in_thread(story, post) == []
    listed = await own_list(story)
    assert "quiet and warm" in words_of(listed)
    assert listed["flags"] & EPHEMERAL
    assert "quiet and warm" not in words_of(await own_list(story, BEN))
    await story.nothing_more()


async def test_an_answer_for_the_group_stands_in_the_thread_with_its_authors_name(story, post):
    assert "with your name" in await answer(story, post, "rain, then *sun*", "group", "listen")
    card = await story.expect(BEN, thread_of(post), "rain, then")
    assert f"<@{ALICE}> answers" in words_of(card)
    assert "rain, then \\*sun\\*" in words_of(card)
    assert "Please just listen." in words_of(card)
    assert story.people.notified(card) == []
    await story.nothing_more()


async def test_an_answer_without_a_name_does_not_tell_the_group_who_wrote_it(story, post):
    told = await answer(story, post, "I did not sleep", "anonymous", "ideas")
    assert "cannot see who wrote it" in told
    assert "can look it up" in told
    card = await story.expect(BEN, thread_of(post), "I did not sleep")
    assert not names(ALICE, card)
    assert "Ideas are welcome." in words_of(card)
    await story.nothing_more()


async def test_therapists_can_open_who_wrote_it_and_each_look_is_noted(story, post):
    await answer(story, post, "I did not sleep", "anonymous")
    card = await story.expect(BEN, thread_of(post), "I did not sleep")
    refused = await story.people.press(BEN, thread_of(post), card, button(card, ":who"))
    assert "Only the therapists" in await story.answer(refused)
    await story.nothing_more()
    looked = await story.people.press(MARIA, thread_of(post), card, button(card, ":who"))
    assert f"<@{ALICE}> wrote this" in await story.answer(looked)
    await story.expect(MARIA, CARE, f"<@{MARIA}> has opened who wrote an answer without a name")
    await story.nothing_more()


async def test_an_answer_for_the_therapists_reaches_the_care_channel_and_not_the_group(story, post):
    told = await answer(story, post, "this is for you two", "therapists")
    assert "The group does not see it" in told
    card = await story.expect(MARIA, CARE, "this is for you two")
    assert f"<@{ALICE}> answers a prompt, for the therapists only" in words_of(card)
    assert in_thread(story, post) == []
    await story.nothing_more()


async def test_please_check_on_me_is_told_to_the_therapists_once_and_not_to_the_group(story, post):
    told = await answer(story, post, "hard day", "group", "check")
    assert "would like to be checked on" in told
    card = await story.expect(BEN, thread_of(post), "hard day")
    assert "check on me" not in words_of(card)
    await story.expect(MARIA, CARE, f"<@{ALICE}> has answered a prompt and would like to be checked on")
    await answer(story, post, "a very hard day", "group", "check")
    await story.tick()
    await story.nothing_more()


async def test_a_changed_answer_changes_where_it_stands(story, post):
    await answer(story, post, "first words", "group")
    card = await story.expect(BEN, thread_of(post), "first words")
    form = await opened_form(story, post)
    field = next(c["component"] for c in form["components"] if c.get("component", {}).get("custom_id") == "text")
    assert field["value"] == "first words"
    await answer(story, post, "second words", "group")
    await story.tick()
    shown = in_thread(story, post)
    assert len(shown) == 1
    assert "second words" in shown[0]
    assert "(changed)" in shown[0]
    assert story.people.messages(BEN, thread_of(post))[-1]["id"] == card["id"]


async def test_a_change_of_audience_takes_the_answer_away_where_it_stood(story, post):
    await answer(story, post, "for all", "group")
    await story.expect(BEN, thread_of(post), "for all")
    await answer(story, post, "for the two of you", "therapists")
    await story.expect(MARIA, CARE, "for the two of you")
    await story.tick()
    assert in_thread(story, post) == []
    await answer(story, post, "for me after all", "only_me")
    await story.tick()
    assert [words_of(m) for m in story.people.messages(MARIA, CARE)] == []


async def test_what_was_shared_can_be_taken_back_by_its_author(story, post):
    await answer(story, post, "too much", "group")
    await story.expect(BEN, thread_of(post), "too much")
    listed = await own_list(story)
    pressed = await story.people.press(ALICE, CIRCLE, listed, button(listed, ":take_back"))
    await story.people.answer(pressed)
    await story.tick()
    assert in_thread(story, post) == []
    assert "too much" not in words_of(await own_list(story))


async def test_a_late_answer_is_as_good_as_any(story, post):
    await story.skip(days=1)
    await story.expect(ALICE, CIRCLE, "Today's prompt")
    await answer(story, post, "a day later", "group")
    await story.expect(BEN, thread_of(post), "a day later")
    await story.nothing_more()


async def test_an_old_answer_is_changed_from_ones_own_list_also_after_a_restart(story, post):
    await answer(story, post, "yesterday's words", "group")
    await story.expect(BEN, thread_of(post), "yesterday's words")
    listed = await own_list(story)
    await story.restart()
    pressed = await story.people.press(ALICE, CIRCLE, listed, button(listed, ":change"))
    form = (await story.people.answer(pressed))["modal"]
    await story.answer(await story.people.submit(ALICE, form["id"], {"text": "today's words", "audience": "group"}))
    await story.tick()
    assert any("today's words" in shown for shown in in_thread(story, post))


async def test_a_fault_of_the_screening_is_not_taken_for_the_authors_own_alarm(story, post, monkeypatch):
    def broken(_group):
        raise RuntimeError("the screener is broken")

    monkeypatch.setattr(story.parts.watch, "_choose", broken)
    told = await answer(story, post, "I watered the plants", "group")
    assert "passing this on" not in told
    assert "988" not in told
    await story.expect(MARIA, CARE, "could not screen")
    await story.until(lambda: shown_in(story, post, "I watered the plants"))
    await story.nothing_more()


async def shown_in(story, post, text):
    await story.tick()
    return any(text in words for words in in_thread(story, post))


async def test_words_that_alarm_page_the_therapists_and_are_not_put_into_the_thread(story, post):
    told = await answer(story, post, "I want to kill myself", "group")
    assert "988" in told
    assert "I have not put it into the thread" in told
    page = await story.expect(MARIA, CARE, "Case ")
    assert "kill" not in page["content"]
    await story.tick()
    assert in_thread(story, post) == []
    assert "I want to kill myself" in words_of(await own_list(story))
    await story.nothing_more()


async def test_reading_along_and_keeping_for_later_show_to_nobody(story, post):
    for ending, told in ((":read", "Reading is taking part"), (":save", "Kept for later")):
        pressed = await story.people.press(ALICE, CIRCLE, post, button(post, ending))
        assert told in await story.answer(pressed)
    await story.tick()
    assert in_thread(story, post) == []
    used = await story.people.command(ALICE, CIRCLE, "prompt saved")
    kept = (await story.people.answer(used))["message"]
    assert "Kept for later" in words_of(kept)
    assert button(kept, ":answer")
    pressed = await story.people.press(ALICE, CIRCLE, kept, button(kept, ":remove"))
    await story.people.answer(pressed)
    used = await story.people.command(ALICE, CIRCLE, "prompt saved")
    assert "kept no prompt" in words_of((await story.people.answer(used))["message"])
    await story.nothing_more()


async def test_a_topic_that_somebody_leaves_out_does_not_come_again_and_nobody_is_told(story, post):
    used = await story.people.command(ALICE, CIRCLE, "prompt topics")
    choice = (await story.people.answer(used))["message"]
    select = next(c for c in walk(choice["components"]) if c["type"] == 3)
    assert {"praise", "loss", "sleep"} <= {option["value"] for option in select["options"]}
    chosen = await story.people.press(ALICE, CIRCLE, choice, select["custom_id"], values=["praise", "body"])
    await story.people.answer(chosen)
    group = story.parts.groups.get("tuesday")
    planned = await story.parts.daily_prompts.plan(group, story.clock.now(), 100)
    assert not any(each.choice.prompt.topics & {"praise", "body"} for each in planned if each.choice)
    again = await story.people.command(ALICE, CIRCLE, "prompt topics")
    options = next(c for c in walk((await story.people.answer(again))["message"]["components"]) if c["type"] == 3)
    assert {o["value"] for o in options["options"] if o.get("default")} == {"praise", "body"}
    await story.nothing_more()


async def test_not_this_topic_leaves_out_what_the_prompt_is_about(story):
    from bot.daily_prompts import store
    from bot.daily_prompts.answers.model import Mark
    from bot.daily_prompts.model import RunState, Turn

    async with story.parts.database.write() as tx:
        turn = Turn(story.clock.now(), MONDAY_NINE.date() + timedelta(days=200))
        run_id = await store.begin_run(tx, "tuesday", turn, RunState.WAITING, prompt_id="warm-goodbye")
        assert run_id is not None
        await store.end_run(tx, run_id, RunState.POSTED, story.clock.now())
    await story.parts.answers.mark(run_id, story.parts.groups.get("tuesday"), ALICE, Mark.SAVED, story.clock.now())
    used = await story.people.command(ALICE, CIRCLE, "prompt today")
    shown = (await story.people.answer(used))["message"]
    pressed = await story.people.press(ALICE, CIRCLE, shown, button(shown, ":topic"))
    told = words_of((await story.people.answer(pressed))["message"])
    assert "I leave out prompts about loss and goodbyes" in told
    assert await story.parts.answers.resting_topics(story.parts.groups.get("tuesday"), ALICE) == {"loss"}


async def test_why_says_why_and_only_therapists_hear_of_a_heavy_day(story, post):
    told = await story.answer(await story.people.command(ALICE, CIRCLE, "prompt why"))
    assert "Why this prompt" in told
    assert "It was the turn of a theme" in told
    await story.people.say(ALICE, CIRCLE, "I want to kill myself")
    await story.expect(MARIA, CARE, "Case ")
    await story.skip(days=1)
    await story.expect(ALICE, CIRCLE, "Today's prompt")
    assert "heavy day" not in await story.answer(await story.people.command(BEN, CIRCLE, "prompt why"))
    assert "This is a heavy day" in await story.answer(await story.people.command(MARIA, CIRCLE, "prompt why"))


async def test_an_answer_whose_confirmation_is_lost_stands_once(story, post):
    story.sandbox.inflict(Fault("timeout", count=1, path=f"POST /channels/{post['id']}/messages", lose_answer=True))
    await answer(story, post, "only once", "group")
    await story.parts.outbox.settle()
    await story.skip(minutes=30)
    assert len([shown for shown in in_thread(story, post) if "only once" in shown]) == 1


async def test_if_somebody_deleted_the_thread_the_answer_stands_in_the_circle(story, post):
    thread = story.sandbox.world.channels.pop(thread_of(post))
    story.sandbox.world.guilds[thread.guild_id].channels.pop(thread.id, None)
    await answer(story, post, "still here", "group")
    await story.expect(BEN, CIRCLE, "still here")


async def test_an_answer_that_cannot_be_shown_stays_with_its_author(story, post):
    world = story.sandbox.world
    world.channels[CIRCLE].overwrites[world.bot.id] = Overwrite(
        world.bot.id, 1, deny=Permission.SEND_MESSAGES_IN_THREADS
    )
    await answer(story, post, "nowhere to go", "group")
    await story.tick()
    assert "could not be shown" in words_of(await own_list(story))
