"""`holdspace cases`: a therapist takes, contacts and closes a case without Discord."""

from pathlib import Path

import pytest

from bot.cli.common import load_settings, wait_for
from bot.clock import SystemClock
from bot.crisis.cases.model import Signal, Source
from bot.crisis.cases.service import Cases
from bot.crisis.screening import Level
from bot.groups.service import Groups
from bot.outbox.service import Outbox
from bot.storage.engine import Database
from bot.storage.vault import Keyring, Vault
from tests.bot.cli.conftest import Run
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, TOM, TUESDAY


async def _raise(level: Level) -> str:
    settings, clock = load_settings(), SystemClock()
    database = Database(settings.storage.async_url)
    try:
        groups = Groups(database, Vault(Keyring.read(settings.encryption.key_file)))
        await groups.refresh(clock.now())
        outbox = Outbox(database, clock)
        signal = Signal(
            group_key="tuesday", key="message:1", member_id=ALICE, level=level, source=Source.SCREENING,
            channel_id=CIRCLE, message_id=1, said_at=clock.now(),
        )  # fmt: skip
        raised = await Cases(database, outbox, groups).raise_case(signal, clock.now())
        await outbox.settle()
        return raised.case.code
    finally:
        await database.close()


@pytest.fixture
def code(holdspace: Run, folder: Path) -> str:
    """Import the group and open a case in it."""
    assert holdspace("keys", "new").code == 0
    path = folder / "groups.toml"
    path.write_text(TUESDAY)
    assert holdspace("groups", "import", str(path)).code == 0
    return wait_for(_raise(Level.HIGH))


def test_a_case_is_listed_taken_contacted_and_closed(holdspace: Run, code: str):
    assert (
        f"{code}  high  open  open 0 min  tuesday  Discord id {ALICE}"
        in holdspace("cases", "list", "--as", str(MARIA)).out
    )
    assert "within 20 min" in holdspace("cases", "ack", code.lower(), "--as", str(MARIA)).out
    assert f"{MARIA} has case" in holdspace("cases", "ack", code, "--as", str(TOM)).out
    closing = ("--verdict", "real", "--done", "Rang her.", "--member-told", "--again", "day")
    early = holdspace("cases", "close", code, "--as", str(MARIA), *closing)
    assert (early.code, early.out) == (1, "")
    assert f"holdspace cases contacted {code}" in early.err
    assert "Noted" in holdspace("cases", "contacted", code, "--as", str(MARIA)).out
    assert holdspace("cases", "close", code, "--as", str(MARIA), *closing).out == f"Case {code} is closed.\n"
    assert "No case is open" in holdspace("cases", "list", "--as", str(MARIA)).err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("list", "--as", str(BEN)), "no therapist of any group"),
        (("ack", "QQQQ", "--as", str(MARIA)), "no open case QQQQ"),
        (("close", "X", "--as", "3001", "--verdict", "bad", "--done", "x", "--member-told"), "false-alarm"),
        (
            ("close", "X", "--as", "3001", "--verdict", "real", "--done", "x", "--member-told", "--again", "y"),
            "three-days",
        ),
    ],
)
def test_what_cannot_be_done_says_what_to_write(holdspace: Run, code: str, arguments: tuple[str, ...], says: str):
    ended = holdspace("cases", *arguments)
    assert ended.code == 1
    assert says in ended.err
