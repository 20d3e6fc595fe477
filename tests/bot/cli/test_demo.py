"""The demo's parts: its tour's words and refusals, its zone, its browser and its port."""

import socket
from contextlib import ExitStack
from datetime import datetime, timedelta

import discord
import pytest

from bot.cli.demo.seed import local_zone
from bot.cli.demo.show import has_browser
from bot.cli.demo.stage import invited_with, set_up
from bot.cli.demo.tour import WAYS, Tour, read_steps
from bot.permissions import NEEDED
from sandbox import NotAllowed, Permission
from sandbox.scene import ALICE, BEN, CIRCLE
from tests.support.cogs_kept import cogs_kept
from tests.support.databases import copy_of_migrated_sqlite
from tests.support.seeded import shipped_screener

FILES_NAMED_IN_THE_TOUR = ("docs/therapists.md", "docs/members.md", "docs/privacy.md", "docs/operators.md")


@pytest.fixture
async def stage(tmp_path):
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    copy_of_migrated_sqlite(tmp_path / "holdspace.sqlite3")
    with ExitStack() as stack:
        async with set_up(tmp_path, screener=shipped_screener()) as stage:
            yield stage
            stack.enter_context(cogs_kept())
    discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


def done(stage):
    return {step["id"] for step in stage.sandbox.tour.steps() if step["done"]}


def test_every_step_has_words_and_a_way():
    steps = read_steps()
    assert [step.id for step in steps] == list(WAYS)
    assert all(step.title and step.text and step.button and step.expected for step in steps)
    assert all(len(step.look) <= 2 for step in steps)


def test_the_files_that_the_tour_names_exist(pytestconfig):
    last = read_steps()[-1].text
    for name in FILES_NAMED_IN_THE_TOUR:
        assert name in last
        assert (pytestconfig.rootpath / name).is_file()


async def test_before_the_bot_is_ready_the_steps_can_be_read_but_not_done():
    tour = Tour()
    assert not any(step["done"] for step in tour.steps())
    with pytest.raises(NotAllowed, match="still starting"):
        await tour.do("danger")


async def test_nothing_is_done_at_the_beginning_and_what_was_said_before_raises_no_alarm(stage):
    assert done(stage) == set()
    assert await stage.bot.client.parts.cases.open_cases() == []
    said = stage.sandbox.people.messages(ALICE, CIRCLE)
    assert len(said) == 5
    assert datetime.fromisoformat(said[-1]["timestamp"]) < stage.clock.now() - timedelta(hours=4)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("unanswered", "Somebody is in danger"),
        ("taken", "Somebody is in danger"),
        ("contact", "A therapist takes it"),
        ("on", "The bot is on"),
    ],
)
async def test_a_step_out_of_turn_says_what_to_do_first_and_is_not_done(stage, step, reason):
    with pytest.raises(NotAllowed, match=reason):
        await stage.sandbox.tour.do(step)
    assert done(stage) == set()


async def test_a_press_without_an_outcome_is_told_and_not_counted(stage, monkeypatch):
    monkeypatch.setattr("bot.cli.demo.tour._WITHIN", 0.2)
    monkeypatch.setattr("bot.cli.demo.acts.DANGER", "A quiet evening.")
    with pytest.raises(NotAllowed, match="there was no page in the care channel"):
        await stage.sandbox.tour.do("danger")
    assert "danger" not in done(stage)


async def test_with_the_bot_off_the_other_steps_wait_until_it_is_on_again(stage):
    await stage.sandbox.tour.do("off")
    with pytest.raises(NotAllowed, match="switched off"):
        await stage.sandbox.tour.do("danger")
    assert not stage.bot.is_on
    await stage.sandbox.tour.do("on")
    assert {"off", "on"} <= done(stage)


async def test_the_left_side_shows_the_private_word_as_soon_as_there_is_one(stage):
    def looked_at():
        step = next(step for step in stage.sandbox.tour.steps() if step["id"] == "unanswered")
        return step["look"][0]["channel"]

    assert looked_at() == str(CIRCLE)
    await stage.sandbox.tour.do("danger")
    threads = stage.sandbox.people.state(ALICE)["guilds"][0]["threads"]
    assert looked_at() == threads[0]["id"]


async def test_a_bot_that_ends_by_itself_ends_the_demo_with_the_reason(stage):
    await stage.bot.client.close()
    await stage.bot.ended()


def test_a_port_that_is_taken_is_named_with_a_way_out(holdspace):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = holdspace("demo", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert ended.code == 1
    assert "uses port" in ended.err
    assert ended.out == ""


def test_the_bot_is_invited_with_what_the_invite_link_asks_for():
    assert {str(p.name).lower() for p in Permission if p and p in invited_with()} == set(NEEDED)


def test_the_groups_zone_is_the_machines(tmp_path):
    etc = tmp_path / "etc"
    etc.mkdir()
    assert local_zone({}, tmp_path) == "UTC"
    (etc / "timezone").write_text("Europe/Rome\n")
    assert local_zone({}, tmp_path) == "Europe/Rome"
    (etc / "localtime").symlink_to("/usr/share/zoneinfo/Asia/Kolkata")
    assert local_zone({}, tmp_path) == "Asia/Kolkata"
    assert local_zone({"TZ": ":America/Lima"}, tmp_path) == "America/Lima"
    assert local_zone({"TZ": "nonsense"}, tmp_path) == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "firefox"}, True),
        ("darwin", {}, True),
    ],
)
def test_a_browser_is_opened_only_where_there_is_a_window_for_it(monkeypatch, platform, environ, expected):
    monkeypatch.setattr("sys.platform", platform)
    assert has_browser(environ) is expected


async def test_the_form_that_the_tour_sends_closes_on_the_page_too(stage):
    events = stage.sandbox.people.events(BEN)
    await stage.sandbox.tour.do("win")
    told = []
    while "MODAL_SENT" not in told:
        told.append((await events.next(2))["t"])
    assert "MODAL" in told
    assert "win" in done(stage)
    events.close()


async def test_a_win_after_an_alarm_is_explained_instead_of_awaited(stage):
    await stage.sandbox.tour.do("danger")
    with pytest.raises(NotAllowed, match="Celebrations rest"):
        await stage.sandbox.tour.do("win")


def test_where_nothing_can_be_written_the_demo_says_so(holdspace, monkeypatch):
    def no_space_left(**_named):
        raise FileNotFoundError

    monkeypatch.setattr("bot.cli.demo.show.TemporaryDirectory", no_space_left)
    ended = holdspace("demo", "--no-browser")
    assert ended.code == 4
    assert "TMPDIR" in ended.err
