"""The first answer to an interaction, and what comes after it, given by hand."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Clock, Raw


class Waiting:
    """An interaction that is answered by hand."""

    def __init__(self, sandbox: Sandbox, raw: Raw, subject: Any) -> None:
        self.path = f"/interactions/{subject.id}/{subject.token}/callback"
        self.hook = f"/webhooks/{sandbox.world.application.id}/{subject.token}"
        self.raw = raw

    async def __call__(self, kind: int, **data: Any) -> tuple[int, Any]:
        return await self.raw("POST", self.path, {"type": kind, "data": data})


@pytest.fixture
async def waiting(sandbox: Sandbox, raw: Raw, place: Place) -> Waiting:
    """A command that was used and that no client answers."""
    body = [{"type": 1, "name": "go", "description": "x"}]
    await raw("PUT", f"/applications/{sandbox.world.application.id}/commands", body)
    acted = await sandbox.people.command(place.alice, 2001, "go")
    return Waiting(sandbox, raw, sandbox.desk.interactions[int(acted["interaction"])])


async def test_an_interaction_is_answered_once(waiting: Waiting):
    assert (await waiting(4, content="one"))[0] == 204
    status, body = await waiting(4, content="two")
    assert (status, body["code"]) == (400, 40060)
    status, body = await waiting(9, title="late", custom_id="x", components=[])
    assert (status, body["code"]) == (400, 40060)


async def test_an_unknown_or_expired_interaction_cannot_be_answered(sandbox: Sandbox, waiting: Waiting, place: Place):
    status, body = await waiting.raw("POST", "/interactions/1/x/callback", {"type": 4, "data": {"content": "x"}})
    assert (status, body["code"]) == (404, 10062)
    sandbox.desk.answer_within = 0.01
    acted = await sandbox.people.command(place.alice, 2001, "go")
    late = Waiting(sandbox, waiting.raw, sandbox.desk.interactions[int(acted["interaction"])])
    await sandbox.people.answer(acted)
    status, body = await late(4, content="x")
    assert (status, body["code"]) == (404, 10062)


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 99])
async def test_a_command_takes_only_the_answers_it_can(waiting: Waiting, kind: int):
    status, body = await waiting(kind, content="x")
    assert (status, body["code"]) == (400, 50035)


async def test_follow_ups_need_a_first_answer_and_a_young_token(sandbox: Sandbox, waiting: Waiting, clock: Clock):
    status, body = await waiting.raw("POST", waiting.hook, {"content": "too early"})
    assert (status, body["code"]) == (404, 10015)
    await waiting(4, content="one")
    assert (await waiting.raw("POST", waiting.hook, {"content": "two"}))[0] == 200
    clock.advance(timedelta(minutes=16))
    status, body = await waiting.raw("POST", waiting.hook, {"content": "three"})
    assert (status, body["code"]) == (401, 50027)


async def test_a_modal_must_fit_discords_limits(waiting: Waiting):
    field = {"type": 4, "custom_id": "x", "style": 1}
    for bad in (
        {"title": "x" * 46, "components": [{"type": 18, "label": "a", "component": field}]},
        {"title": "x", "components": []},
        {"title": "x", "components": [{"type": 18, "label": "a" * 46, "component": field}]},
        {"title": "x", "components": [{"type": 18, "label": "a", "component": {"type": 2, "custom_id": "b"}}]},
        {"title": "x", "components": [{"type": 18, "label": "a"}]},
        {"title": "x", "components": [{"type": 2, "custom_id": "b", "style": 1, "label": "b"}]},
        {"title": "x", "components": [{"type": 18, "label": "a", "component": field}] * 2},
        {"title": "x", "components": [{"type": 1, "components": [field]}]},
    ):
        status, body = await waiting(9, custom_id="m", **bad)
        assert (status, body["code"]) == (400, 50035), bad
    good = {"title": "x", "components": [{"type": 18, "label": "a", "component": field}]}
    assert (await waiting(9, custom_id="m", **good))[0] == 204


async def test_a_modal_cannot_answer_a_modal(sandbox: Sandbox, waiting: Waiting, place: Place):
    field = {"type": 18, "label": "a", "component": {"type": 4, "custom_id": "x", "style": 1}}
    await waiting(9, title="x", custom_id="m", components=[field])
    opened = next(i for i in sandbox.desk.interactions.values() if i.modal)
    sent = await sandbox.people.submit(place.alice, opened.id, {"x": "text"})
    second = Waiting(sandbox, waiting.raw, sandbox.desk.interactions[int(sent["interaction"])])
    status, body = await second(9, title="x", custom_id="m", components=[field])
    assert (status, body["code"]) == (400, 50035)
    assert (await second(6))[0] == 400
    assert (await second(4, content="thanks"))[0] == 204


async def test_only_own_messages_of_an_interaction_can_be_changed(sandbox: Sandbox, waiting: Waiting, place: Place):
    said = await sandbox.people.say(place.ben, 2001, "mine")
    await waiting(4, content="one")
    status, body = await waiting.raw("PATCH", f"{waiting.hook}/messages/{said['id']}", {"content": "x"})
    assert (status, body["code"]) == (403, 50005)
    await waiting.raw("DELETE", f"{waiting.hook}/messages/@original")
    status, body = await waiting.raw("GET", f"{waiting.hook}/messages/@original")
    assert (status, body["code"]) == (404, 10008)


async def test_a_form_that_nobody_took_may_be_sent_once_more(sandbox: Sandbox, waiting: Waiting, place: Place):
    field = {"type": 18, "label": "a", "component": {"type": 4, "custom_id": "x", "style": 1}}
    await waiting(9, title="x", custom_id="m", components=[field])
    opened = next(i for i in sandbox.desk.interactions.values() if i.modal)
    sandbox.desk.answer_within = 0.02
    lost = await sandbox.people.submit(place.alice, opened.id, {"x": "text"})
    assert (await sandbox.people.answer(lost))["state"] == "failed"
    again = await sandbox.people.submit(place.alice, opened.id, {"x": "text"})
    assert again["interaction"] != lost["interaction"]
