"""Who is on call is paged; therapists keep the rota on Discord; where nobody is on call, everyone is tried."""

import asyncio

import pytest

from tests.support.groups import ALICE, CARE, CIRCLE, MARIA, TOM, TUESDAY
from tests.support.harness import journey
from tests.support.receivers import Hook, running
from tests.support.rota import ALWAYS_TOM, ASKS, off_duty, shift

DANGER = "I want to kill myself"


@pytest.fixture
def told(tmp_path, clock):
    """Begin a journey of a group as it is described."""
    return lambda text, **more: journey(tmp_path, clock, text=text, **more)


def button_of(message):
    return next(c["custom_id"] for row in message["components"] for c in row["components"])


async def page(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    return await story.expect(MARIA, CARE, "Case ")


async def use(story, person, command, channel=CARE, **options):
    return await story.answer(await story.people.command(person, channel, f"on-call {command}", options))


async def test_the_first_page_goes_to_who_is_on_call_and_then_down_the_chain(told):
    async with told(ALWAYS_TOM) as story:
        assert story.people.notified(await page(story)) == [TOM]
        await story.skip(minutes=5)
        second = await story.expect(MARIA, CARE, f"<@{MARIA}> <@{TOM}>")
        assert story.people.notified(second) == [MARIA, TOM]


async def test_where_nobody_is_on_call_everyone_is_paged_and_the_member_is_told_so(told):
    async with told(ASKS) as story:
        paged = await page(story)
        assert story.people.notified(paged) == [MARIA, TOM]
        assert "Nobody is on call now" in paged["content"]
        thread = await story.private_thread(ALICE)
        text = await story.expect(ALICE, thread, "I am an automatic helper")
        assert "Nobody of them is on call right now" in text["content"]
        assert "911" in text["content"]
        (case,) = await story.parts.cases.open_cases()
        paged = [event for event in await story.parts.cases.history(case) if event.kind == "paged"]
        assert [event.details["nobody_on_call"] for event in paged] == [True]


async def test_where_nobody_is_on_call_the_last_resort_outside_discord_is_paged_too(told):
    text = ASKS.replace('acknowledge_within = "5m"', 'acknowledge_within = "5m"\nlast_resort = "practice_phone"')
    with running(Hook()) as hook:
        targets = [{"name": "practice_phone", "url": hook.url}]
        async with told(text, settings={"paging": {"target": targets}}) as story:
            await page(story)
            await story.skip(seconds=10)
            assert len(hook.requests) == 1
            (case,) = await story.parts.cases.open_cases()
            assert case.code in str(hook.requests)


async def test_a_therapist_who_is_off_duty_is_passed_over_except_at_the_last_step(told):
    async with told(TUESDAY + off_duty(MARIA, "sun", "00:00", "24:00")) as story:
        assert story.people.notified(await page(story)) == [TOM]
        await story.skip(minutes=5)
        last = await story.expect(MARIA, CARE, f"<@{MARIA}> <@{TOM}>")
        assert story.people.notified(last) == [MARIA, TOM]
        await story.skip(minutes=5)
        again = await story.expect(MARIA, CARE, "Round 2")
        assert story.people.notified(again) == [TOM]


async def test_cover_me_is_taken_by_one_press_and_the_page_follows(told):
    async with told(ALWAYS_TOM) as story:
        assert "I have asked in the care channel" in await use(story, TOM, "cover-me")
        asked = await story.expect(MARIA, CARE, "asks to be relieved")
        assert story.people.notified(asked) == []
        await use(story, TOM, "cover-me")  # twice is once
        await story.people.press(MARIA, CARE, asked, button_of(asked))
        await story.expect(MARIA, CARE, "You are on call from")
        settled = next(m for m in story.people.messages(MARIA, CARE) if m["id"] == asked["id"])
        assert f"<@{MARIA}> is on call for <@{TOM}>" in settled["content"]
        assert settled["components"] == []
        assert story.people.notified(await page(story)) == [MARIA]
        await story.nothing_more()


async def test_of_two_who_press_at_once_one_is_on_call_and_the_other_is_told_who(told):
    async with told(ALWAYS_TOM) as story:
        await use(story, TOM, "cover-me")
        asked = await story.expect(MARIA, CARE, "asks to be relieved")
        presses = [story.people.press(who, CARE, asked, button_of(asked)) for who in (MARIA, TOM)]
        answers = [await story.answer(used) for used in await asyncio.gather(*presses)]
        assert sorted("has taken it already" in answer for answer in answers) == [False, True], answers


async def test_a_request_can_still_be_taken_after_a_restart(told):
    async with told(ALWAYS_TOM) as story:
        await use(story, TOM, "cover-me")
        asked = await story.expect(MARIA, CARE, "asks to be relieved")
        await story.restart()
        await story.people.press(MARIA, CARE, asked, button_of(asked))
        await story.expect(MARIA, CARE, "You are on call from")


async def test_members_neither_see_nor_change_who_is_on_call(told):
    async with told(ALWAYS_TOM) as story:
        for command, options in (
            ("show", {}),
            ("cover-me", {}),
            ("leave", {"first": "2026-11-24"}),
            ("set", {"who": ALICE, "from": "18:00", "to": "19:00"}),
            ("week", {"who": ALICE, "days": "mon", "hours": "9-17"}),
            ("off-duty", {}),
        ):
            assert "Only the therapists" in await use(story, ALICE, command, channel=CIRCLE, **options)
        assert await story.people.autocomplete(ALICE, CIRCLE, "on-call remove", {"shift": ""}, focused="shift") == []


async def test_the_rota_is_made_on_discord_and_shown_with_its_gaps(told):
    async with told(ASKS) as story:
        assert "no weekly shifts yet" in await use(story, MARIA, "show")
        answer = await use(story, MARIA, "week", who=TOM, days="mon-sun", hours="0-24")
        assert "Added: mon tue wed thu fri sat sun 00:00-00:00" in answer
        await story.expect(MARIA, CARE, f"<@{MARIA}> added a weekly shift")
        assert "This overlaps the shift" in await use(story, MARIA, "week", who=MARIA, days="tue", hours="9-17")
        away = await use(story, MARIA, "leave", first="2026-11-25", last="2026-11-26", who=TOM)
        assert "1 shifts have nobody now" in away
        await story.expect(MARIA, CARE, f"<@{TOM}> asks to be relieved")
        await story.expect(MARIA, CARE, f"<@{MARIA}> noted that <@{TOM}> is away")
        assert "**nobody**" in await use(story, MARIA, "show")
        await use(story, MARIA, "set", who=MARIA, **{"from": "2026-11-25 00:00", "to": "2026-11-27 00:00"})
        await story.nothing_more()  # a gap that somebody fills themselves concerns nobody else
        await use(story, MARIA, "set", who=TOM, **{"from": "2026-11-26 12:00", "to": "2026-11-26 14:00"})
        await story.expect(MARIA, CARE, f"<@{MARIA}> changed who is on call")
        assert "**nobody**" not in await use(story, MARIA, "show")
        (choice,) = await story.people.autocomplete(MARIA, CARE, "on-call remove", {"shift": ""}, focused="shift")
        assert "Taken out" in await use(story, TOM, "remove", shift=choice["value"])
        await story.nothing_more()


@pytest.mark.parametrize(
    ("command", "options", "says"),
    [
        ("set", {"who": TOM, "from": "soon", "to": "19:00"}, "I cannot read the time"),
        ("set", {"who": TOM, "from": "2026-11-25 18:00", "to": "2026-11-25 17:00"}, "The end is not after"),
        ("set", {"who": TOM, "from": "2026-11-20 18:00", "to": "2026-11-20 19:00"}, "over already"),
        ("set", {"who": ALICE, "from": "18:00", "to": "19:00"}, "is no therapist of this group"),
        ("week", {"who": TOM, "days": "someday", "hours": "9-17"}, "I cannot read the days"),
        ("week", {"who": TOM, "days": "mon", "hours": "9-25"}, "I cannot read the hours"),
        ("leave", {"first": "tomorrow"}, "Write the year first"),
        ("leave", {"first": "2026-11-25", "last": "2026-11-24"}, "The end is not after"),
        ("remove", {"shift": "none"}, "There is no such shift"),
        ("off-duty", {"days": "mon", "hours": "9-17"}, "You have a shift then"),
    ],
)
async def test_what_cannot_be_used_is_answered_with_what_to_do(told, command, options, says):
    async with told(ALWAYS_TOM) as story:
        assert says in await use(story, TOM, command, **options)
        await story.nothing_more()


async def test_somebody_off_call_cannot_ask_to_be_relieved(told):
    async with told(ALWAYS_TOM) as story:
        assert "You are not on call" in await use(story, MARIA, "cover-me")


async def test_a_shift_is_announced_the_day_before_and_a_gap_once_a_day(told, clock):
    async with told(ASKS + shift(TOM, "mon", "09:00", "17:00")) as story:
        await story.parts.preferences.choose_direct_messages(TOM, True, clock.now())
        await story.skip(hours=3)  # 10:00 in New York
        line = await story.expect(MARIA, CARE, "today's list")
        assert "nobody is on call 3 times" in line["content"]
        assert "NOT" not in line["content"]
        await story.skip(hours=7)  # 17:00
        await story.expect(MARIA, CARE, f"On call tomorrow: <@{TOM}>")
        await story.expect(TOM, None, "You are on call for Tuesday circle")
        await story.restart()
        await story.skip(hours=1)
        await story.nothing_more()
