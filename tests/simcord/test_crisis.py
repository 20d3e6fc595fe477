"""Crisis care on the second double: the flows of the journeys, told on a Discord that others wrote."""

from datetime import timedelta

import discord
import pytest
import simcord

DANGER = "I want to kill myself"
BUTTON = "I've got this"


async def paged(practice):
    """A member has said something grave, and the therapists have their first page."""
    await practice.world.alice.send(practice.world.circle, DANGER)
    return practice.said(practice.world.care)[-1]


async def test_a_cry_for_help_pages_the_first_step_in_the_care_channel_and_nobody_else(practice, world):
    page = await paged(practice)
    assert practice.said(world.care) == [page]
    assert page.content.startswith(f"<@{world.maria.id}> Case ")
    assert DANGER.lower() not in page.content.lower()
    assert practice.pinged(page) == [world.maria.id]
    (request,) = practice.sent("POST", f"/channels/{world.care.id}/messages")
    assert request["allowed_mentions"] == {"parse": [], "users": [world.maria.id]}
    assert request["enforce_nonce"] is True
    assert len(request["nonce"]) <= 25
    assert practice.said(world.circle) == []
    assert list(await practice.parts.cases.open_cases())


async def test_while_nobody_answers_the_page_goes_down_the_chain_and_round(practice, world):
    await paged(practice)
    await practice.skip(minutes=4, seconds=59)
    assert len(practice.said(world.care)) == 1
    await practice.skip(seconds=1)
    for _ in range(2):
        await practice.skip(minutes=5)
    first, second, third, again = practice.said(world.care)
    called = [practice.pinged(page) for page in (first, second, third, again)]
    assert called == [[world.maria.id], [world.tom.id], [world.maria.id, world.tom.id], [world.maria.id]]
    assert "Round 2" in again.content


async def test_a_press_takes_the_case_and_the_second_presser_is_told_who_was_first(practice, world):
    page = await paged(practice)
    assert "You have case" in practice.answer(await world.tom.click(page, label=BUTTON))
    assert f"<@{world.tom.id}> took case" in practice.answer(await world.maria.click(page, label=BUTTON))
    await practice.skip(minutes=15)  # later the press runs out, as nobody has recorded contact
    assert practice.said(world.care) == [page]


async def test_a_member_cannot_reach_the_button_and_the_servers_owner_is_refused(practice, world):
    page = await paged(practice)
    with pytest.raises(simcord.SetupError, match="not visible to this user"):
        await world.alice.click(page, label=BUTTON)
    assert "Only the therapists of this group" in practice.answer(await world.olga.click(page, label=BUTTON))
    (case,) = await practice.parts.cases.open_cases()
    assert case.waits
    await practice.skip(minutes=5)
    assert len(practice.said(world.care)) == 2


async def test_the_member_is_told_in_a_private_thread_that_only_they_can_see(practice, world):
    page = await paged(practice)
    (thread,) = world.circle.threads
    (request,) = practice.sent("POST", f"/channels/{world.circle.id}/threads")
    assert (request["type"], request["invitable"]) == (discord.ChannelType.private_thread.value, False)
    (told,) = practice.said(thread, viewer=world.alice)
    assert "I am an automatic helper" in told.content
    assert "988" in told.content
    assert practice.pinged(told) == []
    for other in (world.ben, world.maria):
        with pytest.raises(simcord.SetupError, match="cannot read"):
            thread.history(viewer=other)
    assert "The alarm was sent" in told.content
    await world.maria.click(page, label=BUTTON)
    (told,) = practice.said(thread, viewer=world.alice)
    assert "A therapist of Tuesday circle has seen" in told.content


async def test_a_direct_message_in_danger_pages_and_is_answered_there(practice, world):
    await world.alice.send_dm(DANGER)
    (page,) = practice.said(world.care)
    assert "discord.com/channels" not in page.content, "nobody else could open it"
    (told,) = practice.said(world.alice.user.dm_channel)
    assert "The alarm was sent" in told.content
    assert world.circle.threads == []


async def test_every_direct_message_is_answered(practice, world):
    await world.ben.send_dm("are you there?")
    await world.olga.send_dm("hi")
    stranger = practice.env.create_user("stranger")
    await stranger.send_dm("hi")
    said = [practice.said(person.dm_channel) for person in (world.ben.user, world.olga.user, stranger)]
    assert "Nobody reads this box" in said[0][0].content
    assert "do not know you as a member" in said[2][0].content
    assert [len(answers) for answers in said] == [1, 1, 1]
    assert practice.said(world.care) == []


async def test_a_report_pages_and_the_person_it_is_about_learns_nothing(practice, world):
    about = await world.ben.send(world.circle, "see you all next week")
    told = practice.answer(await world.alice.context_menu(world.circle, "Tell a therapist privately", about))
    assert "I am passing this on" in told
    (page,) = practice.said(world.care)
    assert "Somebody asked that a therapist looks" in page.content
    assert practice.said(world.circle, viewer=world.ben) == []
    assert world.circle.threads == []
    assert practice.said(world.ben.user.dm_channel) == []


async def test_an_edit_that_turns_grave_pages_once(practice, world):
    said = await world.alice.send(world.circle, "nothing to see")
    await practice.skip(minutes=1)
    assert practice.said(world.care) == []
    await world.alice.edit(said, DANGER)
    await world.alice.edit(said, f"{DANGER} now")
    assert len(practice.said(world.care)) == 1


async def test_ordinary_talk_leads_to_no_request_at_all(practice, world):
    before = len(practice.env.http_requests)
    said = await world.alice.send(world.circle, "I had a good walk today")
    await world.ben.send(world.circle, "glad to hear it", reply_to=said)
    await world.ben.react(said, "🙂")
    await practice.skip(minutes=10)
    assert practice.env.http_requests[before:] == []
    assert await practice.parts.cases.open_cases() == []


async def test_a_button_works_after_a_restart_and_what_was_read_is_not_read_again(practice, world):
    page = await paged(practice)
    await practice.restart()
    assert practice.said(world.care) == [page]
    assert "You have case" in practice.answer(await world.maria.click(page, label=BUTTON))
    await practice.skip(minutes=10)
    assert practice.said(world.care) == [page]


async def test_where_the_care_channel_is_closed_to_the_bot_the_page_goes_to_the_person_directly(practice, world):
    world.forbid_writing(world.care)
    await world.alice.send(world.circle, DANGER)
    await practice.tick()
    assert practice.said(world.care) == []
    (page,) = practice.said(world.maria.user.dm_channel)
    assert "The care channel could not be reached" in page.content
    assert practice.said(world.tom.user.dm_channel) == []
    assert "You have case" in practice.answer(await world.maria.user.click(page, label=BUTTON))
    (case,) = await practice.parts.cases.open_cases()
    assert case.acknowledged_by == world.maria.id


async def test_a_page_that_an_outage_held_up_goes_out_once_when_discord_is_back(practice, world):
    practice.env.inject_error("POST", f"/channels/{world.care.id}/messages", status=503, times=2)
    await world.alice.send(world.circle, DANGER)
    assert practice.said(world.care) == []
    waited = timedelta()
    while not practice.said(world.care):
        assert waited < timedelta(minutes=2)
        waited += timedelta(seconds=2)
        await practice.skip(seconds=2)
    await practice.skip(minutes=1)
    assert len(practice.said(world.care)) == 1
    tries = practice.sent("POST", f"/channels/{world.care.id}/messages")
    assert len(tries) == 3
    assert len({request["nonce"] for request in tries}) == 1


async def test_a_call_for_a_therapist_is_paged_at_once_and_its_answer_follows_what_happens(practice, world):
    asked = await world.alice.slash(world.circle, "help-now")
    assert "You asked for your therapist" in practice.answer(asked)
    page = practice.said(world.care)[-1]
    assert "A member asks for a therapist" in page.content
    assert practice.said(world.circle) == []
    await practice.skip(seconds=5)
    await world.tom.click(page, label=BUTTON)
    await practice.skip(seconds=5)
    assert "has seen the alarm" in practice.answer(asked)
