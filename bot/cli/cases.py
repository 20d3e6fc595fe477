"""`holdspace cases`: what a therapist can do on the machine itself while Discord cannot be reached."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import ConfigOption, load_settings, note, out, wait_for
from bot.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config import Settings
    from bot.crisis.cases.case_file import CaseFiles
    from bot.crisis.cases.closing import Closing
    from bot.crisis.cases.closing_model import Outcome
    from bot.crisis.cases.holding import Holding
    from bot.crisis.cases.model import Case
    from bot.crisis.cases.service import Cases
    from bot.crisis.outside.clinic_codes import ClinicCodes
    from bot.groups.model import Group
    from bot.groups.service import Groups

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

As = Annotated[int, typer.Option("--as", help="The therapist's Discord user id.", show_default=False)]
Code = Annotated[str, typer.Argument(help="The case's code, as it stands on the page.")]

_VERDICTS = {"real": "real", "worrying": "worrying", "false-alarm": "false_alarm"}
_AGAIN = {"day": "day", "three-days": "three_days", "session": "session"}


@app.callback()
def _group() -> None:
    """List, take and close cases without Discord; a running bot sees it within seconds."""


@app.command("list")
def list_(by: As, config: ConfigOption = None) -> None:
    """List the open cases of a therapist's groups: the gravest first, then the oldest."""
    lines = wait_for(_list(load_settings(config), by))
    for line in lines:
        out(line)
    if not lines:
        note("No case is open.")


@app.command()
def ack(code: Code, by: As, config: ConfigOption = None) -> None:
    """Take a case (*I've got this*): the pages stop until the time for making contact has run out."""
    out(wait_for(_acknowledge(load_settings(config), code, by)))


@app.command()
def contacted(code: Code, by: As, config: ConfigOption = None) -> None:
    """Record that contact was made."""
    out(wait_for(_contacted(load_settings(config), code, by)))


@app.command()
def close(
    code: Code,
    by: As,
    verdict: Annotated[str, typer.Option(help="What it was: real, worrying or false-alarm.", show_default=False)],
    done: Annotated[str, typer.Option(help="What was done, in one line; it is sealed.", show_default=False)],
    member_told: Annotated[
        bool,
        typer.Option("--member-told/--member-not-told", help="Whether the member knows how it went on.", prompt=True),
    ],
    again: Annotated[
        list[str] | None, typer.Option(help="When to look again: day, three-days, session; may be repeated.")
    ] = None,
    again_by: Annotated[int | None, typer.Option(help="Who looks again. [default: who closes]")] = None,
    config: ConfigOption = None,
) -> None:
    """Close a case with a verdict."""
    if verdict not in _VERDICTS:
        raise BadInput(f"{verdict} is no verdict.", f"Write one of: {', '.join(_VERDICTS)}.")
    unknown = [each for each in again or [] if each not in _AGAIN]
    if unknown:
        raise BadInput(f"{unknown[0]} is no time to look again.", f"Write one of: {', '.join(_AGAIN)}.")
    out(wait_for(_close(load_settings(config), code, by, _outcome(verdict, done, member_told, again, again_by or by))))


def _outcome(verdict: str, done: str, member_told: bool, again: list[str] | None, again_by: int) -> "Outcome":
    from bot.crisis.cases.closing_model import FollowUpKind, Outcome
    from bot.crisis.cases.model import Verdict

    kinds = tuple(kind for kind in FollowUpKind if kind.value in {_AGAIN[each] for each in again or []})
    return Outcome(Verdict(_VERDICTS[verdict]), done, member_told, kinds, again_by if kinds else None)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The services that these commands use, the same as in the running bot."""

    groups: "Groups"
    cases: "Cases"
    holding: "Holding"
    closing: "Closing"
    files: "CaseFiles"
    codes: "ClinicCodes"
    now: "datetime"

    async def case(self, code: str, by: int) -> "Case":
        """Return the open case with this code, if it is for this therapist."""
        mine = await self.mine(by)
        for case in mine:
            if case.code == code.strip().upper():
                return case
        known = ", ".join(case.code for case in mine) or "none"
        raise BadInput(f"There is no open case {code} in your groups.", f"Open now: {known}.")

    async def mine(self, by: int) -> "list[Case]":
        """Return the open cases of a therapist's groups."""
        keys = {group.key for group in self._groups_of(by)}
        return [case for case in await self.cases.open_cases() if case.group_key in keys]

    async def listed(self, by: int) -> "list[Case]":
        """Return them in the order in which they are shown, and log that the therapist looked."""
        found = [case for group in self._groups_of(by) for case in await self.files.listed(group, by, self.now)]
        return sorted(found, key=lambda case: (-case.level, case.opened_at))

    def _groups_of(self, by: int) -> "list[Group]":
        found = [group for group in self.groups.all() if by in group.therapists]
        if not found:
            raise BadInput(
                f"{by} is no therapist of any group.", "Write your Discord user id, as in the groups file: --as 3001"
            )
        return found


@asynccontextmanager
async def _desk(settings: "Settings") -> AsyncIterator[_Desk]:
    from bot.cli.opening import bring_up_to_date, refuse_missing
    from bot.clock import SystemClock
    from bot.crisis.cases.case_file import CaseFiles
    from bot.crisis.cases.closing import Closing
    from bot.crisis.cases.holding import Holding
    from bot.crisis.cases.notices import Notices
    from bot.crisis.cases.service import Cases
    from bot.crisis.outside.clinic_codes import ClinicCodes
    from bot.groups.service import Groups, refuse_wrong_key
    from bot.outbox.service import Outbox
    from bot.storage.engine import Database
    from bot.storage.vault import Keyring, Vault

    refuse_missing(settings)
    vault, clock = Vault(Keyring.read(settings.encryption.key_file)), SystemClock()
    database = Database(settings.storage.async_url)
    try:
        await bring_up_to_date(database)
        outbox, groups = Outbox(database, clock), Groups(database, vault)
        await groups.refresh(clock.now())
        refuse_wrong_key(groups.all())
        cases = Cases(database, outbox, groups)
        holding = Holding(database, outbox, groups, cases, Notices(database, outbox))
        closing = Closing(database, vault, outbox, groups, cases, holding)
        files, codes = CaseFiles(database, vault, holding), ClinicCodes(database, vault)
        yield _Desk(groups, cases, holding, closing, files, codes, clock.now())
        await outbox.settle()
    finally:
        await database.close()


async def _list(settings: "Settings", by: int) -> list[str]:
    from bot.crisis.member.texts import age

    async with _desk(settings) as desk:
        lines = []
        for case in await desk.listed(by):
            code = await desk.codes.of(case.group_key, case.member_id)
            who = f"clinic code {code}" if code else f"Discord id {case.member_id}"
            held = case.contacted_by or case.acknowledged_by
            state = f"{case.state.value} by {held}" if held else case.state.value
            since = f"open {age(case.opened_at, desk.now)}"
            lines.append("  ".join([case.code, case.level.word, state, since, case.group_key, who]))
        return lines


async def _acknowledge(settings: "Settings", code: str, by: int) -> str:
    async with _desk(settings) as desk:
        case = await desk.case(code, by)
        result = await desk.cases.acknowledge(case.id, by, desk.now)
        until = result.case.next_page_at
    if not result.first:
        return f"{result.case.acknowledged_by} has case {case.code}."
    minutes = int((until - desk.now).total_seconds() // 60) if until else 0
    return f"You have case {case.code}. Record contact within {minutes} min, or the pages go on."


async def _contacted(settings: "Settings", code: str, by: int) -> str:
    async with _desk(settings) as desk:
        moved = await desk.holding.contacted((await desk.case(code, by)).id, by, desk.now)
    if moved.done:
        return f"Noted: you made contact ({moved.case.code}). The case stays open until it is closed."
    return f"{moved.case.contacted_by} recorded contact for case {moved.case.code} before."


async def _close(settings: "Settings", code: str, by: int, outcome: "Outcome") -> str:
    from bot.crisis.cases.closing_model import NeedsContact, NobodyNamed, NothingSaid

    async with _desk(settings) as desk:
        case = await desk.case(code, by)
        try:
            moved = await desk.closing.close(case.id, by, outcome, desk.now)
        except NeedsContact:
            raise BadInput(
                f"Case {case.code} was no false alarm, and nobody has recorded contact.",
                f"First: holdspace cases contacted {case.code} --as {by}",
            ) from None
        except NothingSaid:
            raise BadInput("Nothing says what was done.", "Say it in one line: --done '...'") from None
        except NobodyNamed:
            raise BadInput("Who looks again is no therapist of this group.", "Name one: --again-by 3001") from None
    if not moved.done:
        return f"{moved.case.closed_by} closed case {case.code} before."
    if moved.will_be_erased:
        return f"Case {case.code} is closed. The member asked to be erased: note in your own record when to look again."
    return f"Case {case.code} is closed."
