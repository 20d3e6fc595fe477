"""Whether the groups' alarms are set up, as far as the database knows: who sees a care channel, the bot has looked."""

from collections.abc import Iterable
from dataclasses import replace

from bot.cli.checks import Finding, ok, warn
from bot.clock import Clock
from bot.config import Settings
from bot.crisis.alarm import policy, store
from bot.crisis.alarm.model import AlarmReport, Point
from bot.crisis.member.confirmed_lines import ConfirmedLines
from bot.crisis.member.helplines import Helplines
from bot.crisis.outside.pages import targets_of
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.storage.engine import Database
from bot.storage.vault import Vault

_CALLED = {
    Point.CARE: "who sees the care channel",
    Point.TEST: "an acknowledged test page",
    Point.LINES: "checked crisis lines",
    Point.RESPONSE: "hours and response time",
    Point.PEOPLE: "a second person or a last resort",
    Point.TOLD: "that members were told",
}


async def alarms(
    settings: Settings, vault: Vault, helplines: Helplines, groups: Iterable[Group], clock: Clock
) -> list[Finding]:
    """Name every group whose alarm is not set up, with what is missing, and a last resort that nobody configured."""
    targets = targets_of(settings.paging)
    opened = Database(settings.storage.async_url)
    findings: list[Finding] = []
    try:
        lines = ConfirmedLines(opened, Groups(opened, vault), helplines, _tell_nobody)
        await lines.refresh(clock.now())
        for group in groups:
            known = group.escalation.last_resort is None or targets.named(group.escalation.last_resort) is not None
            async with opened.read() as tx:
                facts = await store.facts(tx, group.key)
            confirmed = lines.of(group) is not None or not helplines.of(group.country)
            facts = replace(facts, lines_confirmed=confirmed, last_resort_known=known)
            findings += _about(group, policy.report(group, facts), known=known)
    finally:
        await opened.close()
    return findings


def _about(group: Group, report: AlarmReport, *, known: bool) -> Iterable[Finding]:
    what = f"alarm {group.key}"
    if not known:
        yield warn(
            what,
            f'its last resort "{group.escalation.last_resort}" is no target of the settings',
            "Add it to [paging] in the settings, or name another in the group's file.",
        )
    if report.armed:
        yield ok(what, "is set up")
    else:
        missing = ", ".join(_CALLED[point.point] for point in report.missing)
        yield warn(
            what,
            f"is not set up; missing: {missing}",
            "Cases are opened and paged all the same, and members are told. A therapist uses /alarm on Discord.",
        )


async def _tell_nobody(*_args: object) -> None:
    """Say nothing: a check only looks."""
