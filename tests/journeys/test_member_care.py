"""What a member has in a hard moment: a text that stays true, choices, a plan of their own, lines of their country."""

import pytest
from sqlalchemy import select

from bot.crisis.member.plan.store import plans
from bot.privacy.contract import Whose
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, TOM
from tests.support.harness import journey
from tests.support.pieces import custom_id, labels, words_of

DANGER = "I want to kill myself"


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


async def answered(story, used):
    await story.answer(used)
    return (await story.people.answer(used))["message"]


async def command(story, person, name, options=None, channel=CIRCLE):
    return await answered(story, await story.people.command(person, channel, name, options or {}))


async def press(story, person, channel, message, ending):
    return await answered(story, await story.people.press(person, channel, message, custom_id(message, ending)))


async def alarm(story, person=ALICE):
    """Let somebody say it, and return their thread and the text in it."""
    await story.people.say(person, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    thread = await story.private_thread(person)
    return thread, await story.expect(person, thread, "I am an automatic helper")


def in_thread(story, person, thread):
    return [m["content"] for m in story.people.messages(person, thread) if m["author"].get("bot") and m["content"]]


async def test_after_two_minutes_a_member_reads_that_nobody_has_seen_it_and_that_goes_when_somebody_has(story):
    thread, _ = await alarm(story)
    await story.restart()
    await story.skip(minutes=1, seconds=50)
    assert "taking longer" not in in_thread(story, ALICE, thread)[0]
    await story.skip(seconds=10)
    assert "No therapist has confirmed yet that they have seen it" in in_thread(story, ALICE, thread)[0]
    status = words_of(await command(story, ALICE, "status"))
    assert "Tuesday circle" in status
    assert "This is taking longer" in status
    case = (await story.parts.cases.open_cases())[0]
    story.sandbox.world.channel(thread).thread.archived = True  # as Discord does after a quiet day
    await story.parts.cases.acknowledge(case.id, TOM, story.clock.now())
    await story.tick()
    (told,) = in_thread(story, ALICE, thread)
    assert "A therapist of Tuesday circle has seen the alarm" in told
    assert "taking longer" not in told
    await story.nothing_more()


async def test_while_nothing_can_be_sent_the_answer_to_a_press_says_that_nothing_has_arrived(story):
    await story.people.delete_channel(CARE)
    for therapist in (MARIA, TOM):
        await story.people.dms(therapist, accept=False)
    told = await command(story, ALICE, "help-now")
    assert "I am passing this on" in told["content"]
    await story.skip(minutes=2, seconds=1)

    async def says():
        await story.tick()
        shown = next(m for m in story.people.messages(ALICE, CIRCLE) if m["id"] == told["id"])
        return "Nothing has confirmed yet that the alarm has arrived" in shown["content"]

    await story.until(says)


async def test_the_choices_inform_the_therapists_and_close_nothing(story):
    thread, told = await alarm(story)
    assert labels(told)[0] == "Someone please contact me"
    safe = await press(story, ALICE, thread, told, ":safe")
    assert "The alarm stays open" in safe["content"]
    await story.expect(MARIA, CARE, "I'm safe")
    contact = await press(story, ALICE, thread, told, ":contact_me")
    assert "would like somebody to contact you" in contact["content"]
    await story.expect(MARIA, CARE, "asks that somebody contacts them")
    more = await press(story, ALICE, thread, told, ":more")
    assert "befrienders.org" in more["content"]
    grounding = await press(story, ALICE, thread, told, ":grounding")
    assert "1." in words_of(grounding)
    (case,) = await story.parts.cases.open_cases()
    assert case.waits
    await story.nothing_more()


async def test_words_in_a_form_get_the_same_choices_as_words_that_are_said(story):
    opened = await story.people.command(ALICE, CIRCLE, "win")
    form = (await story.people.answer(opened))["modal"]
    told = await answered(story, await story.people.submit(ALICE, form["id"], {"text": DANGER}))
    await story.expect(MARIA, CARE, "Case ")
    await story.parts.outbox.settle()  # the page is seen a moment before the bot knows that it was sent
    assert labels(told)[:2] == ["How does it stand?", "Someone please contact me"]
    stands = await press(story, ALICE, CIRCLE, told, ":status")
    assert "The alarm was sent" in words_of(stands)
    await story.nothing_more()


async def test_whoever_does_not_want_to_be_written_to_is_paged_for_all_the_same(story):
    status = await command(story, ALICE, "status")
    off = await press(story, ALICE, CIRCLE, status, ":replies_off")
    assert "Your therapists are still told, each time" in off["content"]
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.skip(minutes=3)
    assert [t for g in story.people.state(ALICE)["guilds"] for t in g["threads"]] == []
    await story.people.say(ALICE, await story.people.dm(ALICE), "hello?")
    await story.expect(ALICE, None, "Nobody reads this box")
    await story.parts.outbox.settle()
    shown = words_of(await command(story, ALICE, "status"))
    assert "The alarm was sent" in shown
    await story.nothing_more()


async def test_a_plan_is_written_read_and_erased_by_its_author_and_never_screened(story):
    empty = await command(story, ALICE, "my-plan")
    assert "You need not have one" in words_of(empty)
    opened = await story.people.press(ALICE, CIRCLE, empty, custom_id(empty, ":write"))
    form = (await story.people.answer(opened))["modal"]
    await story.restart()
    sent = await story.people.submit(
        ALICE, form["id"], {"signs": "I think that I want to kill myself", "steps": "walk"}
    )
    saved = await answered(story, sent)
    assert "It is saved" in words_of(saved)
    assert "I want to kill myself" in words_of(saved)
    assert "Places and people" not in words_of(saved)
    assert await story.parts.cases.open_cases() == []
    assert "You need not have one" in words_of(await command(story, BEN, "my-plan"))

    assert not (await story.parts.plans.of(ALICE)).announced
    shown = await press(story, ALICE, CIRCLE, saved, ":announce")
    assert (await story.parts.plans.of(ALICE)).announced
    async with story.parts.database.read() as tx:
        (row,) = (await tx.execute(select(plans))).mappings().all()
    assert b"walk" not in row["steps"].blob
    exported = await story.parts.my_data.export(Whose(ALICE), story.clock.now())
    assert exported["member_care"]["safety_plan"]["steps"] == "walk"

    asked = await press(story, ALICE, CIRCLE, shown or saved, ":erase")
    gone = await press(story, ALICE, CIRCLE, asked, ":erase_now")
    assert "is erased" in words_of(gone)
    assert await story.parts.plans.of(ALICE) is None
    await story.nothing_more()


async def test_therapists_see_that_there_is_a_plan_only_where_its_author_said_so(story):
    await story.parts.plans.write(ALICE, "tuesday", {"steps": "walk by the river"}, story.clock.now())
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    taken = await press(story, MARIA, CARE, page, ":acknowledge")
    assert "safety plan" not in words_of(await press(story, MARIA, CARE, taken, ":card"))
    await story.parts.plans.announce(ALICE, True)
    card = words_of(await press(story, MARIA, CARE, taken, ":card"))
    assert "They have a safety plan here" in card
    assert "river" not in card
    await story.nothing_more()


async def test_a_member_sees_the_lines_of_the_country_they_chose_and_the_therapists_learn_only_that_one_is_missing(
    story,
):
    found = await story.people.autocomplete(ALICE, CIRCLE, "my-country", {"country": "king"}, focused="country")
    assert found == [{"name": "United Kingdom", "value": "GB"}]
    told = await command(story, ALICE, "my-country", {"country": "GB"})
    assert "116 123" in told["content"]
    thread, text = await alarm(story)
    assert "116 123" in text["content"]
    assert "988" not in text["content"]
    assert "not yet confirmed by your therapist" in text["content"]
    odd = await command(story, ALICE, "my-country", {"country": "Atlantis"})
    assert "I do not know this country" in odd["content"]
    other = await command(story, ALICE, "my-country", {"country": "Another country"})
    assert "your local emergency number" in other["content"]
    notice = await story.expect(MARIA, CARE, "I know no crisis line for")
    assert str(ALICE) not in notice["content"]
    assert thread
    await story.nothing_more()


async def test_lines_are_called_unconfirmed_until_a_therapist_says_they_are_right(tmp_path, clock):
    async with journey(tmp_path, clock, armed=False) as story:
        setup = await command(story, MARIA, "care-setup", channel=CARE)
        assert "Nobody here has checked them yet" in words_of(setup)
        assert "https://" in words_of(setup)
        noted = await story.people.press(MARIA, CARE, setup, custom_id(setup, ":confirm"))
        await story.people.answer(noted)
        shown = next(m for m in story.people.messages(MARIA, CARE) if m["id"] == setup["id"])
        assert f"Checked on <t:{int(story.clock.now().timestamp())}:D> by <@{MARIA}>" in words_of(shown)
        _, text = await alarm(story)
        assert f"Your therapists checked these numbers on <t:{int(story.clock.now().timestamp())}:D>" in text["content"]
        after = await command(story, MARIA, "aftercare", channel=CARE)
        assert "I never post it" in words_of(after)
        await story.nothing_more()
