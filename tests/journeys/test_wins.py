"""Wins, from the form to the circle and back."""

from datetime import timedelta

import pytest

from bot.errors import StorageError
from sandbox import Fault
from sandbox.scene import OSCAR
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER
from tests.support.harness import journey

EPHEMERAL = 64


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


async def share(story, text, audience=None, *, person=ALICE, channel=CIRCLE):
    used = await story.people.command(person, channel, "win")
    opened = (await story.people.answer(used))["modal"]
    values = {"text": text} if audience is None else {"text": text, "audience": audience}
    return await story.answer(await story.people.submit(person, opened["id"], values))


def button(message, ending):
    return next(c for c in walk(message["components"]) if c.get("custom_id", "").endswith(ending))


def walk(components):
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def words_of(message):
    return "\n".join(c["content"] for c in walk(message["components"]) if "content" in c)


async def card_in_circle(story, contains):
    return await story.expect(BEN, CIRCLE, contains)


async def test_a_win_is_kept_for_its_author_alone_unless_they_choose_the_group(story):
    told = await share(story, "I slept through")
    assert "for you alone" in told
    await story.tick()
    assert story.bot_messages(BEN, CIRCLE) == []
    listed = await story.people.command(ALICE, CIRCLE, "wins")
    message = (await story.people.answer(listed))["message"]
    assert "I slept through" in words_of(message)
    assert message["flags"] & EPHEMERAL
    others = await story.people.command(BEN, CIRCLE, "wins")
    assert "I slept through" not in words_of((await story.people.answer(others))["message"])
    await story.nothing_more()


async def test_the_form_offers_the_most_private_choice_first_and_takes_it_for_granted(story):
    used = await story.people.command(ALICE, CIRCLE, "win")
    form = (await story.people.answer(used))["modal"]
    radio = next(row["component"] for row in form["components"] if row["component"]["type"] == 21)
    assert [choice["value"] for choice in radio["options"]] == ["only_me", "group"]
    assert [bool(choice.get("default")) for choice in radio["options"]] == [True, False]


async def test_a_win_for_the_group_is_posted_once_and_others_cheer_it_on(story):
    assert "into the circle" in await share(story, "I rang my sister", "group")
    card = await card_in_circle(story, "I rang my sister")
    assert f"<@{ALICE}> shares a win" in words_of(card)
    assert story.people.notified(card) == []
    assert button(card, "cheer")["label"] == "Cheering you on"

    pressed = await story.people.press(BEN, CIRCLE, card, button(card, "cheer")["custom_id"])
    await story.people.answer(pressed)
    await story.until(lambda: label_is(story, card, "Cheering you on · 1"))
    await story.people.press(MARIA, CIRCLE, card, button(card, "cheer")["custom_id"])
    await story.until(lambda: label_is(story, card, "Cheering you on · 2"))
    await story.people.press(BEN, CIRCLE, card, button(card, "cheer")["custom_id"])
    await story.until(lambda: label_is(story, card, "Cheering you on · 1"))
    assert f"<@{BEN}>" not in words_of(now_shown(story, card))
    await story.nothing_more()


def now_shown(story, card):
    return next(m for m in story.people.messages(BEN, CIRCLE) if m["id"] == card["id"])


async def label_is(story, card, label):
    return button(now_shown(story, card), "cheer")["label"] == label


async def test_authors_cannot_raise_the_count_of_their_own_win(story):
    await share(story, "I cooked", "group")
    card = await card_in_circle(story, "I cooked")
    pressed = await story.people.press(ALICE, CIRCLE, card, button(card, "cheer")["custom_id"])
    assert "This one is yours" in await story.answer(pressed)
    assert button(now_shown(story, card), "cheer")["label"] == "Cheering you on"
    await story.nothing_more()


async def test_only_its_author_takes_a_win_back_and_then_card_and_words_are_gone(story):
    await share(story, "I said no", "group")
    card = await card_in_circle(story, "I said no")
    take_back = button(card, "take_back")["custom_id"]
    pressed = await story.people.press(BEN, CIRCLE, card, take_back)
    assert "Only the person who shared" in await story.answer(pressed)
    await story.tick()
    assert now_shown(story, card)

    pressed = await story.people.press(ALICE, CIRCLE, card, take_back)
    assert "Taken back" in await story.answer(pressed)
    await story.tick()
    assert all(m["id"] != card["id"] for m in story.people.messages(BEN, CIRCLE))
    assert (await story.parts.wins.of_member(ALICE, limit=5)) == ([], 0)
    await story.nothing_more()


async def test_buttons_and_an_open_form_outlive_a_restart(story):
    await share(story, "I went out", "group")
    card = await card_in_circle(story, "I went out")
    used = await story.people.command(BEN, CIRCLE, "win")
    opened = (await story.people.answer(used))["modal"]
    await story.restart()
    pressed = await story.people.press(BEN, CIRCLE, card, button(card, "cheer")["custom_id"])
    await story.people.answer(pressed)
    await story.until(lambda: label_is(story, card, "Cheering you on · 1"))
    sent = await story.people.submit(BEN, opened["id"], {"text": "written before", "audience": "only_me"})
    assert "for you alone" in await story.answer(sent)
    await story.people.press(ALICE, CIRCLE, card, button(card, "take_back")["custom_id"])
    await story.until(lambda: gone(story, card))
    await story.nothing_more()


async def gone(story, card):
    return all(m["id"] != card["id"] for m in story.people.messages(BEN, CIRCLE))


async def test_a_card_is_posted_once_though_discords_answer_was_lost_and_the_bot_died(story):
    story.sandbox.inflict(Fault("timeout", count=1, path=f"POST /channels/{CIRCLE}/messages", lose_answer=True))
    await share(story, "I asked for help", "group")
    await card_in_circle(story, "I asked for help")
    await story.stop()
    story.clock.advance(timedelta(minutes=30))
    await story.start()
    await story.skip(minutes=1)
    win = (await story.parts.wins.of_member(ALICE, limit=1))[0][0]
    assert win.card is not None
    await story.expect(MARIA, CARE, "I heard nothing")
    await story.nothing_more()


async def test_words_that_plainly_mean_danger_page_a_therapist_and_stay_out_of_the_circle(story):
    told = await share(story, "finally decided, I want to kill myself", "group")
    assert "988" in told
    assert "I have not put them into the circle" in told
    page = await story.expect(MARIA, CARE, "Case ")
    assert "kill" not in page["content"]
    await story.skip(minutes=1)
    assert story.bot_messages(BEN, CIRCLE) == []


async def test_a_card_waits_while_an_alarm_of_the_group_is_fresh_and_nobody_is_told_why(story):
    await story.people.say(BEN, CIRCLE, "I want to kill myself")
    page = await story.expect(MARIA, CARE, "Case ")
    told = await share(story, "I finished the book", "group")
    assert told == await share(story, "I watered the plants", "group")
    await story.tick()
    assert story.bot_messages(ALICE, CIRCLE) == []
    await story.people.answer(await story.people.press(MARIA, CARE, page, button(page, "acknowledge")["custom_id"]))
    (case,) = await story.parts.cases.open_cases()
    await story.parts.holding.contacted(case.id, MARIA, story.clock.now())
    await story.skip(hours=13)
    assert story.bot_messages(ALICE, CIRCLE) == []
    await story.skip(days=3)
    await story.expect(BEN, CIRCLE, "I finished the book")
    await story.expect(BEN, CIRCLE, "I watered the plants")


async def test_a_kept_win_can_be_shared_later_and_taken_back_from_the_list(story):
    await share(story, "I swam")
    listed = (await story.people.answer(await story.people.command(ALICE, CIRCLE, "wins")))["message"]
    shared = await story.people.press(ALICE, CIRCLE, listed, button(listed, ":share")["custom_id"])
    assert (await story.people.answer(shared))["state"] == "answered"
    card = await card_in_circle(story, "I swam")
    await story.tick()
    listed = (await story.people.answer(await story.people.command(ALICE, CIRCLE, "wins")))["message"]
    assert "the group" in words_of(listed)
    taken = await story.people.press(ALICE, CIRCLE, listed, button(listed, ":take_back")["custom_id"])
    await story.people.answer(taken)
    await story.until(lambda: gone(story, card))
    await story.nothing_more()


async def test_a_list_that_is_out_of_date_answers_kindly(story):
    await share(story, "I drew")
    first = (await story.people.answer(await story.people.command(ALICE, CIRCLE, "wins")))["message"]
    second = (await story.people.answer(await story.people.command(ALICE, CIRCLE, "wins")))["message"]
    for shown, says in ((first, "Taken back"), (second, "already taken back")):
        pressed = await story.people.press(ALICE, CIRCLE, shown, button(shown, ":take_back")["custom_id"])
        await story.people.answer(pressed)
        message = next(m for m in story.people.messages(ALICE, CIRCLE) if m["id"] == shown["id"])
        assert says in words_of(message)


async def test_more_wins_than_fit_are_turned_page_by_page(story):
    for number in range(7):
        story.clock.advance(timedelta(minutes=1))
        await share(story, f"win number {number}")
    listed = (await story.people.answer(await story.people.command(ALICE, CIRCLE, "wins")))["message"]
    assert "win number 6" in words_of(listed)
    assert "win number 1" not in words_of(listed)
    older = await story.people.press(ALICE, CIRCLE, listed, "wins:1:page")
    await story.people.answer(older)
    message = next(m for m in story.people.messages(ALICE, CIRCLE) if m["id"] == listed["id"])
    assert "win number 0" in words_of(message)
    assert button(message, "wins:0:page")["label"] == "Newer"


async def test_it_works_in_a_direct_conversation_and_says_so_where_it_does_not(story):
    dm = int((await story.people.dm(ALICE))["id"])
    assert "into the circle" in await share(story, "from afar", "group", channel=dm)
    await card_in_circle(story, "from afar")
    used = await story.people.command(OSCAR, int((await story.people.dm(OSCAR))["id"]), "win")
    assert "do not know you as a member" in await story.answer(used)
    await story.nothing_more()


async def test_what_somebody_writes_pings_nobody_and_cannot_pass_for_the_bots_words(story):
    await share(story, f"# A notice\n@everyone <@{BEN}> [free](https://example.org) **loud**", "group")
    card = await card_in_circle(story, "notice")
    assert story.people.notified(card) == []
    assert f">>> \\# A notice\n\\@everyone \\<\\@{BEN}>" in words_of(card)
    assert "\\[free\\](https://example.org)" in words_of(card)
    assert "\\*\\*loud" in words_of(card)


async def test_a_form_without_words_is_answered_and_keeps_nothing(story):
    assert "no words" in await share(story, "  \u202e \n ")
    assert (await story.parts.wins.of_member(ALICE, limit=5)) == ([], 0)


async def leave_circle(story, person):
    await story.people.roles(person, SERVER, [])


async def test_who_left_the_group_with_the_form_open_is_told_so_and_nothing_is_kept(story):
    used = await story.people.command(ALICE, CIRCLE, "win")
    opened = (await story.people.answer(used))["modal"]
    await leave_circle(story, ALICE)
    await story.until(lambda: is_out(story, ALICE))
    sent = await story.people.submit(ALICE, opened["id"], {"text": "late", "audience": "group"})
    assert "do not know you as a member" in await story.answer(sent)
    assert (await story.parts.wins.of_member(ALICE, limit=5)) == ([], 0)
    await story.nothing_more()


async def test_who_left_the_group_keeps_their_wins_but_puts_none_into_the_circle(story):
    await share(story, "from before")
    dm = await story.people.dm(ALICE)
    await leave_circle(story, ALICE)
    await story.until(lambda: is_out(story, ALICE))
    listed = (await story.people.answer(await story.people.command(ALICE, dm, "wins")))["message"]
    pressed = await story.people.press(ALICE, dm, listed, button(listed, ":share")["custom_id"])
    await story.people.answer(pressed)
    message = next(m for m in story.people.messages(ALICE, dm) if m["id"] == listed["id"])
    assert "not in that group any more" in words_of(message)
    await story.tick()
    await story.nothing_more()


async def is_out(story, person):
    member = story.client.get_guild(SERVER).get_member(person)
    return not story.client.get_channel(CIRCLE).permissions_for(member).view_channel


@pytest.mark.parametrize("broken", ["share", "cheer", "take_back", "of_member"])
async def test_whatever_breaks_behind_it_the_person_gets_an_answer(story, monkeypatch, broken):
    await share(story, "I went swimming", "group")
    card = await card_in_circle(story, "I went swimming")

    async def fails(*_args, **_more):
        raise RuntimeError("behind the scenes")

    monkeypatch.setattr(story.parts.wins, broken, fails)
    if broken == "share":
        told = await share(story, "lost?")
    elif broken == "of_member":
        told = await story.answer(await story.people.command(ALICE, CIRCLE, "wins"))
    else:
        pressed = await story.people.press(BEN, CIRCLE, card, button(card, broken)["custom_id"])
        told = await story.answer(pressed)
    assert "Something went wrong on my side" in told
    await story.nothing_more()


async def test_a_member_reads_nothing_of_the_machine_where_the_database_fails(story, monkeypatch):
    async def full(*_args, **_more):
        raise StorageError("The disk is full, or cannot be written to.", "Free some space.")

    monkeypatch.setattr(story.parts.wins, "share", full)
    told = await share(story, "lost?")
    assert "I cannot say whether this worked" in told
    assert "disk" not in told
