"""A case from its first page to its end, as therapists meet it on Discord."""

import pytest

from bot.crisis.cases.model import CaseState
from bot.crisis.watching.canary import NotTrusted
from bot.words import Library
from cogs.crisis.where import where
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER, TOM, tuesday
from tests.support.harness import journey

DANGER = "I want to kill myself"
CONCERN = "I feel so hopeless"
DONE = "Rang her, she is with her sister."


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


def buttons_of(message):
    """Return the ids of a message's buttons by the act that they end with."""
    found = {}

    def walk(component):
        if "custom_id" in component:
            found[component["custom_id"].rpartition(":")[2]] = component["custom_id"]
        for child in [*component.get("components", []), *filter(None, [component.get("accessory")])]:
            walk(child)

    for component in message["components"]:
        walk(component)
    return found


async def press(story, person, message, act):
    used = await story.people.press(person, CARE, message, buttons_of(message)[act])
    return await story.answer(used), (await story.people.answer(used))["message"]


async def close(story, person, card, **values):
    pressed = await story.people.press(person, CARE, card, buttons_of(card)["close"])

    async def shown():
        return (await story.people.answer(pressed))["modal"] is not None

    await story.until(shown)
    sent = await story.people.submit(person, pressed["interaction"], values)
    return await story.answer(sent)


async def test_a_case_runs_out_is_contacted_closed_and_looked_at_again(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    _, taken = await press(story, MARIA, page, "acknowledge")
    await story.skip(minutes=20)
    again = await story.expect(MARIA, CARE, "Nobody has recorded contact yet")
    thread = await story.private_thread(ALICE)

    async def says_again():
        return any("asking the therapists again" in m["content"] for m in story.people.messages(ALICE, thread))

    await story.until(says_again)

    _, taken = await press(story, TOM, again, "acknowledge")
    told, card = await press(story, TOM, taken, "card")
    assert "These words lit up" in told
    assert "care channel: sent" in told
    assert DANGER in told
    refused = await close(story, TOM, card, verdict="real", done=DONE, again=["day"], by=[str(MARIA)], told="yes")
    assert "still open" in refused
    assert DONE in refused
    assert "Noted: you made contact" in (await press(story, TOM, card, "contacted"))[0]
    told = await close(story, TOM, card, verdict="real", done=DONE, again=["day"], by=[str(MARIA)], told="yes")
    assert "is closed" in told

    await story.skip(hours=24)
    follow_up = await story.expect(MARIA, CARE, "please look again (after 24 hours)")
    assert story.people.notified(follow_up) == [MARIA]
    await story.skip(hours=2)
    listed = await story.expect(MARIA, CARE, "was asked to look again")
    assert story.people.notified(listed) == []
    await story.expect(MARIA, CIRCLE, "Today's prompt")
    assert "Noted" in (await press(story, MARIA, follow_up, "done"))[0]
    await story.nothing_more()


async def test_of_two_who_press_at_once_one_has_the_case_and_the_other_is_told_who(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    presses = [await story.people.press(who, CARE, page, buttons_of(page)["acknowledge"]) for who in (MARIA, TOM)]
    told = sorted([await story.answer(pressed) for pressed in presses], key=len)
    assert "took case" in told[0]
    assert "You have case" in told[1]


async def test_a_graver_message_pages_anew_after_contact(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    _, taken = await press(story, MARIA, page, "acknowledge")
    await press(story, MARIA, taken, "contacted")
    await story.people.say(ALICE, CIRCLE, "I took all my pills just now, goodbye")
    await story.expect(MARIA, CARE, "imminent")


async def test_a_hand_over_pages_the_other_at_once(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    _, taken = await press(story, MARIA, page, "acknowledge")
    _, card = await press(story, MARIA, taken, "card")
    _, choice = await press(story, MARIA, card, "hand")
    select = choice["components"][0]["components"][0]["custom_id"]
    used = await story.people.press(MARIA, CARE, choice, select, values=[str(TOM)])
    assert f"paging <@{TOM}>" in await story.answer(used)
    handed = await story.expect(MARIA, CARE, f"<@{MARIA}> hands this case over")
    assert story.people.notified(handed) == [TOM]


async def test_a_room_brings_the_therapist_in_and_tells_the_member(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    thread = await story.private_thread(ALICE)
    _, taken = await press(story, MARIA, page, "acknowledge")
    _, card = await press(story, MARIA, taken, "card")
    told, _ = await press(story, MARIA, card, "room")
    assert f"<#{thread}>" in told
    await story.expect(ALICE, thread, f"<@{MARIA}>, a therapist of your group")
    seen = [t["id"] for guild in story.people.state(TOM)["guilds"] for t in guild["threads"]]
    assert str(thread) in [t["id"] for guild in story.people.state(MARIA)["guilds"] for t in guild["threads"]]
    assert str(thread) not in seen


async def test_a_report_opens_no_room_and_a_direct_message_no_dead_link(story):
    said = await story.people.say(BEN, CIRCLE, "see you all next week")
    await story.people.context(ALICE, CIRCLE, "Tell a therapist privately", said, kind="message")
    page = await story.expect(MARIA, CARE, "Somebody asked that a therapist looks")
    _, taken = await press(story, MARIA, page, "acknowledge")
    _, card = await press(story, MARIA, taken, "card")
    assert "I do not write to the person" in (await press(story, MARIA, card, "room"))[0]
    assert "/@me/" not in page["content"]

    await story.people.say(ALICE, await story.people.dm(ALICE), DANGER)
    page = await story.expect(MARIA, CARE, "in a direct message to me")
    told, _ = await press(story, MARIA, page, "acknowledge")
    assert "discord.com" not in told


async def test_a_concern_is_listed_and_opened_by_therapists_only(story):
    await story.people.say(ALICE, CIRCLE, CONCERN)
    await story.nothing_more()
    refused = await story.people.command(BEN, CIRCLE, "cases")
    assert "for the therapists" in await story.answer(refused)
    listed = await story.people.command(MARIA, CARE, "cases")
    told = await story.answer(listed)
    assert "Noted, not paged" in told
    assert CONCERN not in told
    message = (await story.people.answer(listed))["message"]
    told, _ = await press(story, MARIA, message, "case")
    assert "You have case" in told
    (case,) = await story.parts.cases.open_cases()
    assert (case.state, case.acknowledged_by) == (CaseState.ACKNOWLEDGED, MARIA)
    assert [t for g in story.people.state(ALICE)["guilds"] for t in g["threads"]] == []
    await story.nothing_more()


async def test_the_daily_list_mentions_nobody_and_what_waits_for_a_day_mentions_who_is_on_call(story):
    await story.people.say(ALICE, CIRCLE, CONCERN)
    await story.nothing_more()
    await story.skip(hours=2)
    digest = await story.expect(MARIA, CARE, "today's list")
    assert story.people.notified(digest) == []
    await story.skip(hours=22)
    put = await story.expect(MARIA, CARE, "nobody has looked for a day")
    assert story.people.notified(put) == [MARIA]


async def test_therapists_get_their_figures(story):
    used = await story.people.command(TOM, CARE, "cases", {"show": "figures"})
    assert "Cases opened: 0" in await story.answer(used)


async def test_a_long_list_is_cut_and_still_shown(story):
    for number in range(9):
        guild = story.sandbox.world.guilds[SERVER]
        person = story.sandbox.world.add_person(id=7000 + number, name=f"Member {number}")
        story.sandbox.world.join(guild, person, roles=[guild.roles[6001]])
        await story.people.say(person, CIRCLE, DANGER if number < 5 else CONCERN)

    async def all_found():
        notes = await story.parts.notes.of_group("tuesday")
        return (len(await story.parts.cases.open_cases()), len(notes)) == (5, 4)

    await story.until(all_found)
    for number in (5, 6, 7):
        await story.people.say(7000 + number, CIRCLE, DANGER)

    async def more_cases():
        return len(await story.parts.cases.open_cases()) == 8

    await story.until(more_cases)
    told = await story.answer(await story.people.command(MARIA, CARE, "cases"))
    assert told.count("nobody has it") == 6
    assert told.count("found:") == 4
    assert "There is more" in told
    (first, *_) = await story.parts.cases.open_cases()
    assert [who for who, _ in await story.parts.case_files.looks(first.id)] == [MARIA]


async def test_the_first_daily_list_of_a_month_says_that_there_are_figures(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    _, taken = await press(story, MARIA, page, "acknowledge")
    _, card = await press(story, MARIA, taken, "card")
    assert "is closed" in await close(story, MARIA, card, verdict="false_alarm", done=DONE, again=[], by=[], told="no")
    await story.skip(days=9, hours=3)
    await story.expect(MARIA, CARE, "The figures of last month are there")
    told = await story.answer(await story.people.command(MARIA, CARE, "cases", {"show": "figures"}))
    assert "False alarms: 1 (100 %)" in told


async def test_a_case_opens_while_the_screener_is_not_trusted(story):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    story.parts.screeners.distrust(NotTrusted())
    _, taken = await press(story, MARIA, page, "acknowledge")
    told, _ = await press(story, MARIA, taken, "card")
    assert DANGER in told
    assert "nothing in it lights up" not in told


@pytest.mark.parametrize(
    ("place", "says"), [("win", "in a win that they wrote"), ("form", "in something that they gave")]
)
def test_what_was_written_into_a_form_is_called_no_message(place, says, clock):
    words = Library.load().of("en")
    assert says in where(tuesday(clock.now()), f"{place}:77", CIRCLE, 77, words, in_dm=True)
