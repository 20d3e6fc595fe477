"""Pages outside Discord: mail and a web hook ring too, also while Discord is down."""

import asyncio
import json
from datetime import timedelta

import pytest

from sandbox import Fault
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, TOM
from tests.support.harness import journey
from tests.support.receivers import Hook, Mailbox, running

DANGER = "I want to kill myself"


@pytest.fixture
def mailbox():
    with running(Mailbox()) as mailbox:
        yield mailbox


@pytest.fixture
def hook():
    with running(Hook()) as hook:
        yield hook


@pytest.fixture
async def story(tmp_path, clock, mailbox, hook):
    targets = [
        {"name": "maria_mail", "therapist": MARIA, "url": mailbox.url},
        {"name": "tom_hook", "therapist": TOM, "url": hook.url},
    ]
    async with journey(tmp_path, clock, settings={"paging": {"target": targets}}) as story:
        yield story


async def in_the_mailbox(mailbox, count):
    async with asyncio.timeout(10):
        while len(mailbox.mails) < count:  # noqa: ASYNC110  (the receiver is a thread of its own)
            await asyncio.sleep(0.01)


async def test_the_care_channel_rings_first_then_the_person_then_their_mail(story, mailbox, hook):
    await story.people.command(MARIA, CARE, "clinic-code", {"member": ALICE, "code": "K-4711"})
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    assert mailbox.mails == []
    await story.skip(seconds=5)
    await story.expect(MARIA, None, "Case ")
    await story.skip(seconds=5)
    (mail,) = mailbox.texts()
    case = (await story.parts.cases.open_cases())[0]
    assert f"Case {case.code}, Tuesday circle, open 0 min, high." in mail.replace("\r", "")
    assert "Clinic code K-4711." in mail
    assert all(word not in mail for word in ("Alice", str(ALICE), "kill"))
    assert hook.requests == []
    history = [event for event in await story.parts.cases.history(case) if event.kind == "page_sent"]
    assert [event.details["target"] for event in history] == ["care", "dm", "outside"]
    assert history[-1].details["name"] == "maria_mail"


async def test_nothing_goes_outside_once_somebody_has_the_case(story, mailbox):
    await story.people.say(ALICE, CIRCLE, DANGER)
    page = await story.expect(MARIA, CARE, "Case ")
    await story.answer(await story.people.press(MARIA, CARE, page, page["components"][0]["components"][0]["custom_id"]))
    await story.skip(minutes=1)
    assert mailbox.mails == []


async def test_a_target_that_fails_holds_up_no_other_and_its_failure_is_kept(story, mailbox, hook):
    hook.status = 403
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.skip(seconds=10)
    for _ in range(2):
        await story.skip(minutes=5)
    await story.skip(seconds=10)
    case = (await story.parts.cases.open_cases())[0]
    failed = [event for event in await story.parts.cases.history(case) if event.kind == "page_failed"]
    assert {(event.details["name"], event.details["problem"]) for event in failed} == {
        ("tom_hook", "outside.refused.403")
    }
    assert len(mailbox.mails) >= 2


@pytest.mark.timeout(150)  # the library reconnects on the machine's clock, seconds apart
@pytest.mark.long
async def test_while_discord_is_down_for_an_hour_the_pages_go_outside_and_say_so(story, mailbox, hook):
    await story.people.say(BEN, CIRCLE, "hello")
    story.sandbox.inflict(Fault("offline"))
    async with asyncio.timeout(10):
        while story.parts.reach.lost_since is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    (group,) = story.parts.groups.all()
    await story.parts.intake.found(group, **_what_was_said(story))
    for _ in range(12 * 5 + 1):
        await story.tick()
        story.clock.advance(timedelta(minutes=1))
    await in_the_mailbox(mailbox, 2)
    told = mailbox.texts() + [json.loads(text)["message"] for text in hook.texts()]
    assert all("Discord cannot be reached" in text for text in told)
    # The first full round: Maria, Tom, everyone. Then, in the 50 minutes that are left, one in a quarter of an hour.
    assert (len(mailbox.mails), len(hook.requests)) == (5, 5)
    story.sandbox.end_faults()
    await story.expect(MARIA, CARE, "Case ", within=20)


async def test_a_start_that_cannot_reach_discord_pages_outside_what_is_due(tmp_path, clock, mailbox):
    from bot import app
    from bot.errors import DiscordError
    from tests.support.seeded import shipped_screener

    targets = [{"name": "maria_mail", "therapist": MARIA, "url": mailbox.url}]
    async with journey(tmp_path, clock, start=False, settings={"paging": {"target": targets}}) as story:
        async with app.opened(story.settings, clock, shipped_screener()) as parts:
            (group,) = parts.groups.all()
            await parts.intake.found(group, **_what_was_said(story))
            await parts.outbox.settle()
        clock.advance(timedelta(seconds=15))
        await story.sandbox.unplug()
        with pytest.raises(DiscordError):
            await app.work(story.settings, clock, shipped_screener())
        (mail,) = mailbox.texts()
        assert "Discord cannot be reached" in mail
        with pytest.raises(DiscordError):
            await app.work(story.settings, clock, shipped_screener())
        assert len(mailbox.mails) == 1


async def test_a_storm_of_rate_limits_loses_no_page_and_doubles_none(story, mailbox):
    story.sandbox.inflict(Fault("429", count=12, path="/messages", seconds=0.05))
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.people.say(BEN, CIRCLE, DANGER)
    first = await story.expect(MARIA, CARE, "Case ", within=15)
    second = await story.expect(MARIA, CARE, "Case ", within=15)
    assert first["content"] != second["content"]
    for _ in range(4):
        await story.skip(seconds=15)
    assert len(mailbox.mails) == 2
    await story.nothing_more()


def _what_was_said(story):
    from bot.crisis.screening import Context, views_of
    from bot.crisis.watching.intake import Said
    from tests.support.seeded import shipped_screener

    now = story.clock.now()
    said = Said(ALICE, CIRCLE, 77, now, in_dm=False)
    return {"said": said, "assessment": shipped_screener().assess(views_of(DANGER), Context()), "now": now}


async def test_a_clinic_code_is_the_therapists_to_give_and_the_members_to_have(story):
    refused = await story.people.command(BEN, CIRCLE, "clinic-code", {"member": ALICE, "code": "K-4711"})
    assert "Only the therapists" in await story.answer(refused)
    kept = await story.people.command(MARIA, CARE, "clinic-code", {"member": ALICE, "code": "K-4711"})
    assert "Kept, sealed" in await story.answer(kept)
    shown = await story.people.command(ALICE, CIRCLE, "my-data show")
    assert "Codes by which your clinic's own files know you: 1" in await story.answer(shown)
    long = await story.people.command(MARIA, CARE, "clinic-code", {"member": ALICE, "code": "9" * 41})
    assert "at most 40 signs" in await story.answer(long)
    assert await story.parts.clinic_codes.of("tuesday", ALICE) == "K-4711"
    gone = await story.people.command(MARIA, CARE, "clinic-code", {"member": ALICE})
    assert "Deleted" in await story.answer(gone)
    assert await story.parts.clinic_codes.of("tuesday", ALICE) is None
