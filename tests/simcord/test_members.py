"""What members use, on the second double: the daily prompt and wins."""

import pytest
import simcord

HEADING = "Today's prompt"


async def test_the_daily_prompt_is_posted_at_nine_in_new_york_once_across_a_restart(practice, world):
    await practice.skip(hours=13, minutes=59, seconds=59)
    assert practice.said(world.circle) == []
    await practice.skip(seconds=1)
    (post,) = practice.said(world.circle)
    assert HEADING in practice.words(post)
    assert post.flags.components_v2
    assert practice.pinged(post) == []
    (thread,) = world.circle.threads
    assert thread.id == post.id, "Discord gives a message's thread the message's id"
    await practice.restart()
    await practice.skip(minutes=30)
    assert practice.said(world.circle) == [post]
    await practice.skip(hours=23, minutes=30)
    assert len(practice.said(world.circle)) == 2


async def test_an_answer_without_a_name_stands_in_the_prompts_thread_and_does_not_tell_who_wrote_it(practice, world):
    await practice.skip(hours=14)
    (post,) = practice.said(world.circle)
    opened = await world.alice.click(post, label="Answer")
    values = {"text": f"I did not sleep, <@{world.ben.id}>", "audience": "anonymous", "need": "listen"}
    told = practice.answer(await world.alice.submit_modal(opened, values))
    assert "cannot see who wrote it" in told
    await practice.tick()
    (thread,) = world.circle.threads
    card = practice.said(thread, viewer=world.ben)[-1]
    assert "I did not sleep" in practice.words(card)
    assert str(world.alice.id) not in practice.words(card)
    assert practice.pinged(card) == []
    assert practice.said(world.circle) == [post]


async def test_a_phone_number_leads_to_a_private_note_to_its_author_and_nothing_else(practice, world):
    said = await world.alice.send(world.circle, "call me on 415-555-2671")
    (thread,) = world.circle.threads
    (note,) = practice.said(thread, viewer=world.alice)
    assert "a phone number" in note.content
    assert "415" not in note.content
    with pytest.raises(simcord.SetupError, match="cannot read"):
        thread.history(viewer=world.ben)
    assert said in world.circle.history(viewer=world.ben), "nothing is deleted"
    assert practice.said(world.circle) == []
    assert practice.said(world.care) == []


async def share(practice, text, audience):
    opened = await practice.world.alice.slash(practice.world.circle, "win")
    return await practice.world.alice.submit_modal(opened, {"text": text, "audience": audience})


async def test_a_win_for_its_author_alone_stays_out_of_the_circle(practice, world):
    assert "for you alone" in practice.answer(await share(practice, "I slept through", "only_me"))
    await practice.tick()
    assert practice.said(world.circle) == []
    assert "I slept through" in practice.answer(await world.alice.slash(world.circle, "wins"))
    assert "I slept through" not in practice.answer(await world.ben.slash(world.circle, "wins"))


async def test_a_shared_win_is_cheered_and_taken_back_by_its_author_alone(practice, world):
    told = practice.answer(await share(practice, f"I asked <@{world.ben.id}> for help", "group"))
    assert "into the circle" in told
    await practice.tick()
    (card,) = practice.said(world.circle)
    assert f"<@{world.alice.id}> shares a win" in practice.words(card)
    assert practice.pinged(card) == []
    await world.ben.click(card, label="Cheering you on")
    (card,) = practice.said(world.circle)
    await world.ben.click(card, label="Cheering you on · 1")
    (card,) = practice.said(world.circle)
    assert "Only the person who shared this" in practice.answer(await world.ben.click(card, label="Take it back"))
    assert "Taken back" in practice.answer(await world.alice.click(card, label="Take it back"))
    await practice.tick()
    assert practice.said(world.circle) == []


async def test_words_in_a_form_that_mean_danger_page_a_therapist_and_stay_out_of_the_circle(practice, world):
    told = practice.answer(await share(practice, "finally decided, I want to kill myself", "group"))
    assert "988" in told
    await practice.skip(minutes=1)
    assert practice.said(world.circle) == []
    (page,) = practice.said(world.care)
    assert "kill" not in page.content


async def test_about_and_help_answer_a_member_and_a_stranger(practice, world):
    about = practice.answer(await world.alice.slash(world.circle, "about"))
    assert "I am not a crisis service" in about
    assert "Tuesday circle" in about
    helped = practice.answer(await world.alice.slash(world.circle, "help"))
    assert helped.index("988") < helped.index("/win"), "a person comes first"
    stranger = practice.env.create_user("stranger")
    assert "do not know you as a member" in practice.answer(await stranger.slash("about"))
    assert "findahelpline" in practice.answer(await stranger.slash("help"))
    assert practice.said(world.circle) == []


async def test_who_chooses_direct_messages_is_spoken_to_there(practice, world):
    shown = await world.alice.slash(world.circle, "private-messages")
    await world.alice.click(shown.response, custom_id="private:direct:choose")
    await world.alice.send(world.circle, "write to alice@gmail.com")
    (note,) = practice.said(world.alice.user.dm_channel)
    assert "an e-mail address" in note.content
    assert world.circle.threads == []


async def test_what_is_kept_is_handed_over_and_erased_with_its_card_in_the_circle(practice, world):
    await share(practice, "I rang my sister", "group")
    await practice.tick()
    exported = await world.alice.slash(world.circle, "my-data export")
    (file,) = exported.response.attachments
    assert exported.ephemeral
    assert "I rang my sister" in (await file.read()).decode()
    preview = await world.alice.slash(world.circle, "my-data erase")
    assert len(practice.said(world.circle)) == 1, "only the button erases"
    await world.alice.click(preview.response, label="Erase it now")
    await practice.tick()
    assert practice.said(world.circle) == []
    assert "I rang my sister" not in practice.answer(await world.alice.slash(world.circle, "wins"))
