"""`holdspace page test`: every target is tried, and what did not work is told with what to do."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run
from tests.support.receivers import Hook, Mailbox, running


def configured(folder: Path, *targets: tuple[str, int | None, str]) -> None:
    lines = []
    for name, therapist, url in targets:
        lines += ["[[paging.target]]", f'name = "{name}"', f'url = "{url}"']
        lines += [f"therapist = {therapist}"] if therapist else []
    path = folder / "config.toml"
    path.write_text("\n".join(lines))
    path.chmod(0o600)


def test_a_mail_and_a_web_hook_get_a_test_page(holdspace: Run, folder: Path):
    with running(Mailbox()) as mailbox, running(Hook()) as hook:
        configured(folder, ("maria_mail", 3001, mailbox.url), ("clinic_duty", None, hook.url))
        ended = holdspace("page", "test")
    assert ended.code == 0, ended.out + ended.err
    assert "ok    maria_mail   therapist 3001: taken" in ended.out
    assert "ok    clinic_duty  last resort: taken" in ended.out
    assert "2 of 2 taken." in ended.out
    assert all("TEST" in text and "Nothing has happened" in text for text in mailbox.texts() + hook.texts())
    assert len(mailbox.texts()) == len(hook.texts()) == 1


def test_one_therapist_can_be_tried_alone(holdspace: Run, folder: Path):
    with running(Hook()) as mine, running(Hook()) as other:
        configured(folder, ("maria_hook", 3001, mine.url), ("tom_hook", 3002, other.url))
        assert holdspace("page", "test", "--as", "3001").code == 0
        unknown = holdspace("page", "test", "--as", "3009")
    assert (len(mine.requests), len(other.requests)) == (1, 0)
    assert unknown.code == 1
    assert "Therapists with one: 3001, 3002" in unknown.err


def test_a_target_that_cannot_be_reached_is_told_with_the_remedy_and_the_others_are_tried(holdspace: Run, folder: Path):
    with running(Hook()) as hook:
        configured(folder, ("gone", 3001, "json://127.0.0.1:9/secret-path"), ("there", 3002, hook.url))
        ended = holdspace("page", "test")
    assert ended.code == 1
    assert "fail  gone   therapist 3001: unreachable" in ended.out
    assert "-> The service could not be reached." in ended.out
    assert "ok    there" in ended.out
    assert "1 of 2 taken." in ended.out
    assert "secret-path" not in ended.out + ended.err


@pytest.mark.parametrize(("status", "told"), [(401, "login"), (404, "refused.404"), (403, "refused.403")])
def test_what_the_service_refuses_is_told_by_its_reason(holdspace: Run, folder: Path, status: int, told: str):
    with running(Hook()) as hook:
        hook.status = status
        configured(folder, ("maria_hook", 3001, hook.url))
        ended = holdspace("page", "test")
    assert ended.code == 1
    assert f"therapist 3001: {told}\n" in ended.out
    assert "->" in ended.out


def test_a_wrong_address_is_refused_with_its_name_and_never_shown(holdspace: Run, folder: Path):
    configured(folder, ("maria_phone", 3001, "nosuch://secret-path"))
    for command in (("page", "test"), ("check", "--offline")):
        ended = holdspace(*command)
        assert ended.code in (1, 3)
        assert "paging.target maria_phone: apprise does not know" in ended.out + ended.err
        assert "secret-path" not in ended.out + ended.err


def test_without_a_target_it_says_how_to_set_one(holdspace: Run, folder: Path):
    ended = holdspace("page", "test")
    assert ended.code == 1
    assert "[[paging.target]]" in ended.err
