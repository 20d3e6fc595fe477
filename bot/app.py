"""The one place where the parts are wired together."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from bot.boundaries.consequences import PrivateNote
from bot.boundaries.erase import BoundariesEraser
from bot.boundaries.service import Boundaries, public_contacts
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.crisis.alarm.duties import Duties
from bot.crisis.alarm.service import Alarm
from bot.crisis.cases.case_file import CaseFiles
from bot.crisis.cases.closing import Closing
from bot.crisis.cases.erase import CrisisEraser
from bot.crisis.cases.figures import MonthlyFigures
from bot.crisis.cases.holding import Holding
from bot.crisis.cases.model import ASKED_ANSWER, DIRECT_ANSWER, MEMBER_STATUS, MEMBER_TEXT, NOTICE, PAGES
from bot.crisis.cases.notices import Notices
from bot.crisis.cases.service import Cases
from bot.crisis.member.asking import Asking
from bot.crisis.member.care_choices import CareChoices
from bot.crisis.member.confirmed_lines import ConfirmedLines
from bot.crisis.member.direct_answers import DirectAnswers
from bot.crisis.member.erase import MemberCareEraser
from bot.crisis.member.help_button import HelpButtons
from bot.crisis.member.helplines import Helplines
from bot.crisis.member.member_texts import MemberTexts
from bot.crisis.member.plan.service import Plans
from bot.crisis.member.status import MemberStatus
from bot.crisis.member.texts import CrisisTexts
from bot.crisis.notes.service import Notes
from bot.crisis.on_call.erase import OnCallEraser
from bot.crisis.on_call.service import OnCall
from bot.crisis.outside.clinic_codes import ClinicCodes, ClinicCodesEraser
from bot.crisis.outside.pages import OutsidePages, refuse_wrong_addresses, targets_of
from bot.crisis.outside.reach import Reach
from bot.crisis.screening import Screener
from bot.crisis.watching.gaps import Gaps
from bot.crisis.watching.intake import Intake
from bot.crisis.watching.memory import Memory
from bot.crisis.watching.screeners import Screeners
from bot.crisis.watching.second_net import SecondNets
from bot.crisis.watching.watch import Watch
from bot.crisis.watching.watermarks import Watermarks
from bot.daily_prompts.answers.erase import DailyPromptsEraser
from bot.daily_prompts.answers.service import Answers
from bot.daily_prompts.choosing import Chooser
from bot.daily_prompts.library import Shelf, with_own
from bot.daily_prompts.pace.service import Paces
from bot.daily_prompts.service import DailyPrompts
from bot.daily_prompts.sessions.digest import Digests
from bot.daily_prompts.sessions.erase import SessionsEraser
from bot.daily_prompts.sessions.handing import Handing
from bot.daily_prompts.sessions.leading import Leading
from bot.daily_prompts.sessions.service import Sessions
from bot.daily_prompts.skills.library import Skills
from bot.daily_prompts.skills.toolbox import Toolbox
from bot.daily_prompts.steering.service import Steering
from bot.errors import DiscordError
from bot.groups.erase import GroupsEraser
from bot.groups.problems import GroupProblems
from bot.groups.service import Groups, refuse_wrong_key
from bot.log import get
from bot.outbox.erase import OutboxEraser
from bot.outbox.service import Outbox
from bot.privacy.departures import Departures
from bot.privacy.erase import PrivacyEraser
from bot.privacy.preferences import Preferences
from bot.privacy.service import MyData
from bot.progress.erase import ProgressEraser
from bot.progress.service import Wins
from bot.storage.engine import Database, ping
from bot.storage.lock import SingleRunner
from bot.storage.migrate import migrate
from bot.storage.presence import Presence
from bot.storage.vault import Keyring, Vault
from bot.ticker import Job
from bot.words import Library

if TYPE_CHECKING:
    from bot.client import HoldspaceClient

log = get("app")


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a cog may be given: services, words and the clock. Built once, by `build`."""

    settings: Settings
    clock: Clock
    registry: CollectorRegistry
    database: Database
    presence: Presence
    vault: Vault
    words: Library
    outbox: Outbox
    groups: Groups
    reach: Reach
    gaps: Gaps
    second_nets: SecondNets
    clinic_codes: ClinicCodes
    preferences: Preferences
    screener: Screener
    cases: Cases
    holding: Holding
    closing: Closing
    case_files: CaseFiles
    figures: MonthlyFigures
    notes: Notes
    intake: Intake
    watch: Watch
    memory: Memory
    notices: Notices
    screeners: Screeners
    direct_answers: DirectAnswers
    crisis_texts: CrisisTexts
    on_call: OnCall
    alarm: Alarm
    duties: Duties
    confirmed_lines: ConfirmedLines
    asking: Asking
    care_choices: CareChoices
    help_buttons: HelpButtons
    member_status: MemberStatus
    member_texts: MemberTexts
    plans: Plans
    watermarks: Watermarks
    daily_prompts: DailyPrompts
    answers: Answers
    paces: Paces
    steering: Steering
    handing: Handing
    sessions: Sessions
    leading: Leading
    digests: Digests
    skills: Skills
    toolbox: Toolbox
    wins: Wins
    boundaries: Boundaries
    group_problems: GroupProblems
    crisis_eraser: CrisisEraser
    my_data: MyData
    departures: Departures


def build(
    settings: Settings, clock: Clock, database: Database, vault: Vault, presence: Presence, screener: Screener
) -> Parts:
    """Wire the parts; nothing is read from the network or the database yet."""
    words, helplines, skills = _shipped()
    outbox = Outbox(database, clock, presence)
    groups = Groups(database, vault)
    targets, reach = targets_of(settings.paging), Reach()
    refuse_wrong_addresses(targets)
    notices = Notices(database, outbox)
    confirmed_lines = ConfirmedLines(database, groups, helplines, notices.add)
    alarm = Alarm(
        database,
        outbox,
        groups,
        notices.add,
        lines_confirmed=lambda group: confirmed_lines.of(group) is not None or not helplines.of(group.country),
        knows_target=lambda name: targets.named(name) is not None,
    )
    on_call = OnCall(database, outbox, groups, notices.add)
    cases = Cases(database, outbox, groups, targets, reach, is_armed=alarm.is_armed)
    clinic_codes = ClinicCodes(database, vault)
    OutsidePages(cases, groups, targets, words, reach, clinic_codes.of).register(outbox)
    notes = Notes(database, outbox, groups, cases)
    duties = Duties(database, outbox, groups, on_call, alarm, notices.add, cases.open_cases, words)
    notes.list_daily(duties.lines)
    intake, memory = Intake(cases, notes), Memory(database)
    holding = Holding(database, outbox, groups, cases, notices)
    screeners = Screeners(screener, notices)
    crisis_texts = CrisisTexts(words, helplines, confirmed_lines.of)
    care_choices, member_status = CareChoices(database), MemberStatus(database, outbox, alarm.is_armed)
    wins = Wins(database, vault, outbox, cases.open_alarms)
    chooser = Chooser(Shelf(with_own(settings.daily_prompts.folder)), vault, words)
    daily_prompts = DailyPrompts(database, outbox, groups, chooser, cases.open_alarms, notices.add)
    answers = Answers(database, vault, outbox, groups, notices.add)
    handing = Handing(database, vault, outbox)
    sessions = Sessions(database, vault, outbox, groups, handing, cases.open_alarms, notices.add)
    crisis_eraser = CrisisEraser(database)
    erasers = (
        ProgressEraser(wins, vault),
        DailyPromptsEraser(answers, vault),
        SessionsEraser(handing, vault),
        BoundariesEraser(),
        PrivacyEraser(),
        GroupsEraser(),
        crisis_eraser,
        MemberCareEraser(vault),
        OnCallEraser(),
        ClinicCodesEraser(clinic_codes),
        OutboxEraser((*PAGES, MEMBER_TEXT, NOTICE, DIRECT_ANSWER, MEMBER_STATUS, ASKED_ANSWER)),
    )
    my_data = MyData(database, outbox, erasers)
    return Parts(
        settings=settings,
        clock=clock,
        registry=CollectorRegistry(),
        database=database,
        presence=presence,
        vault=vault,
        words=words,
        outbox=outbox,
        groups=groups,
        reach=reach,
        gaps=Gaps(database, outbox),
        second_nets=SecondNets(),
        clinic_codes=clinic_codes,
        preferences=Preferences(database, clock),
        screener=screener,
        cases=cases,
        holding=holding,
        closing=Closing(database, vault, outbox, groups, cases, holding, sessions.next_session),
        case_files=CaseFiles(database, vault, holding),
        figures=MonthlyFigures(database),
        notes=notes,
        intake=intake,
        memory=memory,
        watch=Watch(screeners.of, memory, intake, cases),
        screeners=screeners,
        notices=notices,
        direct_answers=DirectAnswers(database, outbox),
        crisis_texts=crisis_texts,
        confirmed_lines=confirmed_lines,
        asking=Asking(database, cases),
        care_choices=care_choices,
        help_buttons=HelpButtons(database, outbox),
        member_status=member_status,
        member_texts=MemberTexts(crisis_texts, member_status, care_choices),
        plans=Plans(database, vault),
        on_call=on_call,
        alarm=alarm,
        duties=duties,
        watermarks=Watermarks(database),
        daily_prompts=daily_prompts,
        steering=Steering(database, vault, outbox, groups, chooser, daily_prompts),
        handing=handing,
        sessions=sessions,
        leading=Leading(database, vault, outbox, groups, sessions),
        digests=Digests(database, vault, chooser),
        skills=skills,
        toolbox=Toolbox(database),
        answers=answers,
        paces=Paces(database, outbox, groups),
        wins=wins,
        boundaries=Boundaries(database, PrivateNote(database, outbox), public_contacts(helplines)),
        group_problems=GroupProblems(database, outbox, notices.add),
        crisis_eraser=crisis_eraser,
        my_data=my_data,
        departures=Departures(database, groups, my_data),
    )


@cache
def _shipped() -> tuple[Library, Helplines, Skills]:
    """Read what comes with the program, once in a process: none of it changes while it runs."""
    return Library.load(), Helplines.load(), Skills.load()


def jobs(parts: Parts) -> list[Job]:
    """Return what the ticker asks, in order: what is due is written first, then sent."""
    return [
        Job("escalation", timedelta(seconds=2), parts.cases.run_due),
        Job("watermarks", timedelta(seconds=5), parts.watermarks.flush),
        Job("reading_back", timedelta(seconds=15), parts.watermarks.run_due),
        Job("second_nets", timedelta(seconds=15), parts.second_nets.run_due),
        Job("listening", timedelta(seconds=15), parts.gaps.run_due),
        Job("daily_prompts", timedelta(seconds=5), parts.daily_prompts.run_due),
        Job("sessions", timedelta(seconds=5), parts.sessions.run_due),
        Job("prompts_by_hour", timedelta(seconds=5), parts.paces.run_due),
        Job("outbox", timedelta(seconds=2), parts.outbox.run_due),
        Job("dead_senders", timedelta(seconds=5), parts.outbox.take_over),
        Job("prompt_steering", timedelta(seconds=15), _hourly(parts.steering.run_due)),
        Job("handed_over", timedelta(seconds=15), _hourly(parts.handing.forget_old)),
        Job("answers", timedelta(seconds=15), _hourly(parts.answers.run_due)),
        Job("wins", timedelta(seconds=15), _hourly(parts.wins.run_due)),
        Job("boundaries", timedelta(seconds=15), _hourly(parts.boundaries.run_due)),
        Job("member_status", timedelta(seconds=2), parts.member_status.run_due),
        Job("confirmed_lines", timedelta(seconds=15), parts.confirmed_lines.run_due),
        Job("follow_ups", timedelta(seconds=15), parts.closing.run_due),
        Job("concern_notes", timedelta(seconds=15), parts.notes.run_due),
        Job("closed_cases", timedelta(seconds=15), parts.crisis_eraser.run_due),
        Job("departures", timedelta(seconds=15), _hourly(parts.departures.run_due)),
        Job("duties", timedelta(seconds=15), parts.duties.run_due),
        Job("rota_cleaning", timedelta(seconds=15), _hourly(parts.duties.forget_old)),
        Job("memory_cleaning", timedelta(seconds=15), _hourly(parts.memory.forget_old)),
        Job("gaps_cleaning", timedelta(seconds=15), _hourly(parts.gaps.forget_old)),
        Job("outbox_cleaning", timedelta(seconds=15), _hourly(parts.outbox.forget_old)),
    ]


@asynccontextmanager
async def opened(
    settings: Settings, clock: Clock | None = None, screener: Screener | None = None
) -> AsyncIterator[Parts]:
    """Open the key and the database, bring it up to date, and wire the parts; closes everything at the end.

    A `screener` that is loaded already saves the second that its self-tests take.
    """
    vault = Vault(Keyring.read(settings.encryption.key_file))
    database = Database(settings.storage.async_url)
    try:
        await migrate(database)
        async with Presence(database) as presence:
            parts = build(settings, clock or SystemClock(), database, vault, presence, screener or Screener.load())
            await parts.groups.refresh(parts.clock.now())
            refuse_wrong_key(parts.groups.all())
            await parts.confirmed_lines.refresh(parts.clock.now())
            await parts.screeners.prepare(parts.groups.all(), parts.clock.now())
            yield parts
    finally:
        await database.close()


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until it is told to stop (SIGTERM, Ctrl-C); raises HoldspaceError for every foreseen failure."""
    settings.discord.require_token()
    working = asyncio.create_task(work(settings, clock, meet=_keep_what_is_loaded), name="work")
    _stop_on_signals(working)
    with suppress(asyncio.CancelledError):
        await working
    log.info("stopped")


def _keep_what_is_loaded(_client: "HoldspaceClient") -> None:
    """Spare the collector the half million objects of the lexicons: each full round over them takes 0.25 s."""
    gc.freeze()


async def work(
    settings: Settings,
    clock: Clock | None = None,
    screener: Screener | None = None,
    meet: "Callable[[HoldspaceClient], None] | None" = None,
) -> None:
    """Run the bot until cancelled; `meet` is shown the client before it logs in (the demo watches it at work)."""
    from bot.client import HoldspaceClient  # noqa: PLC0415  (the client knows the parts, not the other way round)

    path = settings.storage.sqlite_path
    async with SingleRunner(path) if path else nullcontext(), opened(settings, clock, screener) as parts:
        await ping(parts.database)  # the rehearsal takes back what it writes: a full disk would not show
        await parts.presence.own_shards(settings.discord.shard_ids or range(settings.discord.shard_count or 1))
        await parts.outbox.take_over(parts.clock.now())
        holdspace = HoldspaceClient(parts)
        if meet is not None:
            meet(holdspace)
        client = asyncio.create_task(holdspace.run_until_stopped(), name="client")
        claim = asyncio.create_task(parts.presence.watch(), name="claim")
        try:
            await asyncio.wait({client, claim}, return_when=asyncio.FIRST_COMPLETED)
            if client.done() and not client.cancelled() and isinstance(client.exception(), DiscordError):
                await _page_without_discord(parts)
        finally:
            await _end(client, claim)


async def _page_without_discord(parts: Parts) -> None:
    """Page outside Discord what is due, before a process ends that could not reach Discord.

    Whatever starts it again does so every few seconds, and the rows are the timers: so the chain goes on.
    """
    now = parts.clock.now()
    parts.reach.lost(now)
    await parts.cases.run_due(now)
    await parts.outbox.run_due(now)
    await parts.outbox.settle()


async def _end(*tasks: asyncio.Task[None]) -> None:
    """Cancel what still runs, wait for all of it, and raise the first failure."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


def _stop_on_signals(task: asyncio.Task[None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, task.cancel)


RunDue = Callable[[datetime], Awaitable[object]]


def _hourly(run: RunDue) -> RunDue:
    """Let a job that ticks often do its work once an hour."""
    last: list[datetime] = []

    async def once_an_hour(now: datetime) -> object:
        if last and now - last[0] < timedelta(hours=1):
            return None
        last[:] = [now]
        return await run(now)

    return once_an_hour
