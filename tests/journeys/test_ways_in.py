"""The presses that call a therapist: the standing button, /help-now, /worried, and *Tell a therapist privately*."""

import pytest

from bot.crisis.member.asking import LISTED
from bot.crisis.screening import Level
from bot.groups import toml_file
from sandbox import Fault
from sandbox.scene import LOBBY, OLGA, OSCAR
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER, TOM
from tests.support.harness import journey
from tests.support.pieces import custom_id, labels, words_of

TELL = "Tell a therapist privately"
EPHEMERAL = 64
WEDNESDAY = """
[[group]]
key = "wednesday"
name = "Wednesday circle"
server = 1001
circle = 2003
care = 2004
therapists = [3002]
timezone = "Europe/Madrid"
language = "es"
country = "ES"
[group.escalation]
chain = [[3002]]
acknowledge_within = "5m"
"""


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


async def with_wednesday(story):
    """Add a second group, in Spanish, whose circle everybody on the server sees."""
    world = story.sandbox.world
    guild = world.guilds[SERVER]
    world.add_text_channel(guild, id=2003, name="wednesday-circle")
    world.add_text_channel(guild, id=2004, name="wednesday-care")
    now = story.clock.now()
    await story.parts.groups.save(toml_file.parse(WEDNESDAY, now), now)
    await story.tick()


async def answered(story, used):
    await story.answer(used)
    return (await story.people.answer(used))["message"]


def now_shown(story, person, message, channel=CIRCLE):
    return next(m for m in story.people.messages(person, channel) if m["id"] == message["id"])


async def pressed(story, person, channel, message, ending):
    used = await story.people.press(person, channel, message, custom_id(message, ending))
    await story.people.answer(used)
    return used


async def one_case(story):
    (case,) = await story.parts.cases.open_cases()
    return case


async def kinds(story, case):
    return [event.kind for event in await story.parts.cases.history(case)]


async def test_the_standing_button_is_placed_by_a_therapist_pages_at_once_and_outlives_a_restart(story):
    refused = await story.people.command(BEN, CIRCLE, "care-setup")
    assert "Only the therapists" in await story.answer(refused)
    setup = await answered(story, await story.people.command(MARIA, CARE, "care-setup"))
    await pressed(story, MARIA, CARE, setup, ":place")
    button = await story.expect(BEN, CIRCLE, "The therapists of Tuesday circle are paged at once")
    await story.restart()

    told = await answered(story, await story.people.press(ALICE, CIRCLE, button, custom_id(button, ":now")))
    assert told["flags"] & EPHEMERAL
    assert "You asked for your therapist" in told["content"]
    assert "988" in told["content"]
    assert "911" in told["content"]
    page = await story.expect(MARIA, CARE, "A member asks for a therapist")
    assert f"<@{MARIA}>" in page["content"]
    assert (await one_case(story)).level is Level.HIGH

    await story.tick()
    await story.until(lambda: says(story, ALICE, told, "The alarm was sent"))
    await story.people.press(MARIA, CARE, page, custom_id(page, ":acknowledge"))
    await story.until(lambda: taken(story))
    await story.tick()
    await story.until(lambda: says(story, ALICE, told, "A therapist of Tuesday circle has seen"))
    await story.nothing_more()


async def says(story, person, message, text, channel=CIRCLE):
    return text in words_of(now_shown(story, person, message, channel))


async def taken(story):
    return not (await one_case(story)).waits


async def test_a_deleted_button_comes_back_only_when_a_therapist_places_it_again(story):
    setup = await answered(story, await story.people.command(MARIA, CIRCLE, "care-setup"))
    await pressed(story, MARIA, CIRCLE, setup, ":place")
    first = await story.expect(BEN, CIRCLE, "paged at once")
    await story.people.delete(OLGA, CIRCLE, first)
    await story.skip(hours=3)
    await story.restart()
    await story.nothing_more()
    again = await answered(story, await story.people.command(MARIA, CIRCLE, "care-setup"))
    assert first["id"] in words_of(again)
    await pressed(story, MARIA, CIRCLE, again, ":place")
    second = await story.expect(BEN, CIRCLE, "paged at once")
    await story.tick()
    await pressed(story, MARIA, CIRCLE, again, ":place")
    third = await story.expect(BEN, CIRCLE, "paged at once")
    assert third["id"] != second["id"]

    async def only_the_new_one():
        left = [m["id"] for m in story.people.messages(BEN, CIRCLE) if "paged at once" in m["content"]]
        return left == [third["id"]]

    await story.until(only_the_new_one)
    await story.nothing_more()


async def test_help_now_in_a_direct_message_pages_in_each_group_and_pressing_by_mistake_informs(story):
    await with_wednesday(story)
    direct = await story.people.dm(ALICE)
    told = await answered(story, await story.people.command(ALICE, direct, "help-now"))
    assert "Tuesday circle, Wednesday circle" in told["content"]
    await story.expect(MARIA, CARE, "A member asks for a therapist")
    await story.expect(TOM, 2004, "Un miembro pide hablar")
    assert {case.group_key for case in await story.parts.cases.open_cases()} == {"tuesday", "wednesday"}
    assert "mistake" in " ".join(labels(told))
    said = await story.people.press(ALICE, direct, told, custom_id(told, ":mistake"))
    assert "by mistake" in await story.answer(said)
    await story.expect(MARIA, CARE, "by mistake")
    assert len(await story.parts.cases.open_cases()) == 2
    await story.nothing_more()


async def test_a_direct_message_opens_a_case_in_each_group_and_is_answered_once(story):
    await with_wednesday(story)
    await story.people.say(ALICE, await story.people.dm(ALICE), "I want to kill myself")
    await story.expect(MARIA, CARE, "Case ")
    await story.expect(TOM, 2004, "Caso ")
    await story.expect(ALICE, None, "I am an automatic helper")
    await story.tick()
    shown = [m for m in story.people.messages(ALICE, await story.people.dm(ALICE)) if m["author"].get("bot")]
    assert len(shown) == 1
    await story.people.say(ALICE, await story.people.dm(ALICE), "are you there?")
    await story.expect(ALICE, None, "Nobody reads this box")
    await story.nothing_more()


async def test_somebody_in_no_group_is_shown_where_people_are(story):
    told = await story.answer(await story.people.command(OSCAR, LOBBY, "help-now"))
    assert "no therapist I could call" in told
    assert "findahelpline" in told
    assert await story.parts.cases.open_cases() == []
    await story.nothing_more()


@pytest.mark.parametrize("door", ["message", "user", "command"])
async def test_a_report_pages_first_and_yes_makes_it_imminent(story, door):
    told = await report_through(story, door)
    assert "I am passing this on to the therapists of Tuesday circle" in words_of(told)
    assert "Is someone in danger right now?" in words_of(told)
    await story.expect(MARIA, CARE, "Somebody asked that a therapist looks")
    case = await one_case(story)
    assert (case.member_id, case.level) == (BEN, Level.HIGH)
    await pressed(story, ALICE, CIRCLE, told, ":yes")
    page = await story.expect(MARIA, CARE, "imminent")
    assert f"<@{MARIA}>" in page["content"]
    assert "somebody is in danger right now" in words_of(now_shown(story, ALICE, told))
    await nothing_about(story, BEN)


async def report_through(story, door):
    if door == "command":
        return await answered(story, await story.people.command(ALICE, CIRCLE, "worried", {"about": str(BEN)}))
    if door == "user":
        return await answered(story, await story.people.context(ALICE, CIRCLE, TELL, BEN, kind="user"))
    said = await story.people.say(BEN, CIRCLE, "see you all next week")
    return await answered(story, await story.people.context(ALICE, CIRCLE, TELL, said, kind="message"))


async def nothing_about(story, person):
    """The person a report is about was not written to, and their own /status says nothing of it."""
    await story.tick()
    assert [t for g in story.people.state(person)["guilds"] for t in g["threads"]] == []
    status = await story.answer(await story.people.command(person, CIRCLE, "status"))
    assert "no open alarm about you that I could show you" in status
    await story.nothing_more()


async def test_no_answer_leaves_a_report_paging_and_no_takes_it_down_to_the_list(story):
    told = await report_through(story, "user")
    await story.expect(MARIA, CARE, "Somebody asked")
    await story.skip(minutes=5)
    await story.expect(MARIA, CARE, f"<@{TOM}>")
    await pressed(story, ALICE, CIRCLE, told, ":no")
    assert "I keep it on the therapists' list" in words_of(now_shown(story, ALICE, told))
    case = await one_case(story)
    assert case.level is Level.CONCERN
    assert LISTED in await kinds(story, case)
    await story.skip(hours=1)
    await story.nothing_more()

    await story.people.say(BEN, CIRCLE, "I want to kill myself")
    await story.expect(MARIA, CARE, f"Case {case.code}")
    await story.expect(BEN, await story.private_thread(BEN), "I am an automatic helper")
    await story.nothing_more()


async def test_no_does_not_silence_what_others_have_said(story):
    await story.people.say(BEN, CIRCLE, "I want to kill myself")
    await story.expect(MARIA, CARE, "Case ")
    await story.expect(BEN, await story.private_thread(BEN), "I am an automatic helper")
    told = await report_through(story, "command")
    await pressed(story, ALICE, CIRCLE, told, ":no")
    assert "are still being told" in words_of(now_shown(story, ALICE, told))
    await story.skip(minutes=5)
    await story.expect(MARIA, CARE, f"<@{TOM}>")
    await story.nothing_more()


async def test_a_worry_about_somebody_outside_concerns_the_one_who_tells_it(story):
    told = await answered(story, await story.people.command(ALICE, CIRCLE, "worried"))
    assert "Is someone in danger" in words_of(told)
    await story.expect(MARIA, CARE, "A member asks for a therapist")
    assert (await one_case(story)).member_id == ALICE
    stranger = await story.answer(await story.people.command(ALICE, CIRCLE, "worried", {"about": str(OSCAR)}))
    assert "no group that you share" in stranger
    await story.nothing_more()


async def test_an_answer_that_the_bot_shows_without_its_author_can_be_told_with_a_link_to_it(story):
    channel = story.client.get_channel(CIRCLE)
    shown = await channel.send("Somebody answers: nothing is worth it")
    await story.expect(BEN, CIRCLE, "nothing is worth it")
    told = await answered(story, await story.people.context(ALICE, CIRCLE, TELL, {"id": str(shown.id)}, kind="message"))
    assert "Is someone in danger" in words_of(told)
    page = await story.expect(MARIA, CARE, "A member asks for a therapist")
    assert str(shown.id) in page["content"]
    assert (await one_case(story)).member_id == ALICE
    await story.nothing_more()


async def test_words_about_a_friend_are_answered_as_to_a_helper(story):
    await story.people.say(ALICE, CIRCLE, "my friend wants to kill herself tonight")
    await story.expect(MARIA, CARE, "Case ")
    told = await story.expect(ALICE, await story.private_thread(ALICE), "Thank you for looking out for somebody")
    assert "You do not have to carry this alone" in told["content"]
    assert (await one_case(story)).member_id == ALICE

    await story.people.say(ALICE, CIRCLE, "I want to kill myself")
    thread = await story.private_thread(ALICE)
    own = await story.expect(ALICE, thread, "Thank you for saying this here")
    await story.people.say(ALICE, CIRCLE, "my friend wants to kill herself tonight")
    await story.skip(minutes=3)
    shown = next(m for m in story.people.messages(ALICE, thread) if m["id"] == own["id"])
    assert "looking out for somebody" not in shown["content"]


async def test_a_press_is_stored_although_discord_loses_the_answer(story):
    setup = await answered(story, await story.people.command(MARIA, CIRCLE, "care-setup"))
    await pressed(story, MARIA, CIRCLE, setup, ":place")
    button = await story.expect(BEN, CIRCLE, "paged at once")
    story.sandbox.inflict(Fault("5xx", count=6, path="/interactions/"))
    await story.people.press(ALICE, CIRCLE, button, custom_id(button, ":now"))
    await story.expect(MARIA, CARE, "A member asks for a therapist")
    story.sandbox.end_faults()
    await story.nothing_more()


async def test_ways_in_work_while_the_other_features_are_down(tmp_path, clock, monkeypatch):
    from cogs.boundaries import cog as boundaries
    from cogs.daily_prompts import cog as prompts

    def broken(*_):
        raise RuntimeError("this feature is broken")

    monkeypatch.setattr(prompts.DailyPromptsCog, "__init__", broken)
    monkeypatch.setattr(boundaries.BoundariesCog, "__init__", broken)
    async with journey(tmp_path, clock) as story:
        for _ in range(2):
            await story.expect(MARIA, CARE, "did not start")
        told = await answered(story, await story.people.command(ALICE, CIRCLE, "help-now"))
        page = await story.expect(MARIA, CARE, "A member asks for a therapist")
        grounding = await story.people.press(ALICE, CIRCLE, told, custom_id(told, ":grounding"))
        assert "1." in await story.answer(grounding)
        report = await report_through(story, "command")
        await story.expect(MARIA, CARE, "Somebody asked")
        await pressed(story, ALICE, CIRCLE, report, ":no")
        await story.people.press(MARIA, CARE, page, custom_id(page, ":acknowledge"))
        await story.skip(minutes=1)
        await story.nothing_more()
