"""What the demo begins with: a group, imported as an operator would, and what its people said the day before."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import opened
from bot.cli.opening import opened_groups
from bot.clock import MovableClock
from bot.config import Settings
from bot.crisis.alarm.model import CareLook
from bot.crisis.screening import Screener
from bot.groups import toml_file
from bot.groups.model import WEEKDAYS, Group, Response
from bot.zones import known_zones
from sandbox import People
from sandbox.scene import ALICE, BEN, CARE, CIRCLE, LOBBY, MARIA, OLGA, SERVER, TOM

DAYS_BEFORE = timedelta(hours=26)

_GROUPS = """\
[[group]]
key = "tuesday"
name = "Tuesday circle"
server = {server}
circle = {circle}
care = {care}
therapists = [{maria}, {tom}]
timezone = "{zone}"
language = "en"
country = "US"
[group.daily_prompts]
time = "09:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
[group.session]
days = ["{session}"]
time = "18:00"
[group.escalation]
chain = [[{maria}], [{tom}], "everyone"]
acknowledge_within = "5m"
"""
_UNTIL_SESSION = timedelta(days=4)

_HOURS, _WITHIN = "Monday to Friday, 9 to 17", timedelta(hours=4)

# How long after the first, who, where, what.
_SAID = (
    (timedelta(0), OLGA, LOBBY, "Welcome to the practice's server. Your group has a channel of its own."),
    (timedelta(minutes=4), MARIA, CIRCLE, "Thank you all for today. Here is our place until we meet again."),
    (timedelta(minutes=9), BEN, CIRCLE, "Thanks. I liked the part about asking for help before it gets heavy."),
    (timedelta(minutes=15), ALICE, CIRCLE, "Me too. I wrote it on a note for my fridge."),
    (timedelta(minutes=31), MARIA, CARE, "I am first on call this week, Tom is second."),
    (timedelta(minutes=40), TOM, CARE, "Good. My phone is on."),
    (timedelta(hours=21), BEN, CIRCLE, "Walked to work this morning, first time in months."),
    (timedelta(hours=21, minutes=6), ALICE, CIRCLE, "That is lovely to read, Ben."),
)


async def import_group(settings: Settings, folder: Path, zone: str, now: datetime) -> list[Group]:
    """Import the group with the same steps as `holdspace groups import`, and return it as it was read."""
    file = folder / "groups.toml"
    places = {"server": SERVER, "circle": CIRCLE, "care": CARE, "maria": MARIA, "tom": TOM}
    session = WEEKDAYS[(now + _UNTIL_SESSION).astimezone(ZoneInfo(zone)).weekday()]
    file.write_text(_GROUPS.format(zone=zone, session=session, **places), encoding="utf-8")
    wanted = toml_file.read(file, now)
    async with opened_groups(settings) as groups:
        await groups.save(wanted, now)
    return wanted


async def set_the_alarm_up(settings: Settings, clock: MovableClock, screener: Screener, owner: int) -> None:
    """Do with the same services what therapists do with /alarm, so that the demo shows a group that is set up."""
    async with opened(settings, clock, screener) as parts:
        for group in parts.groups.all():
            by, now = group.therapists[0], clock.now()
            await parts.alarm.confirm_care(group, CareLook(exists=True, overseers=(owner,)), by, now)
            page = await parts.alarm.send_test(group, by, now)
            await parts.alarm.answer(page.id, by, now)
            await parts.confirmed_lines.confirm(group, by, now)
            await parts.alarm.set_response(group, Response(_HOURS, _WITHIN), by, now)
            await parts.alarm.confirm_told(group, by, now)


async def let_them_talk(people: People, clock: MovableClock) -> None:
    """Say what was said before; afterwards the clock shows `DAYS_BEFORE` more than at the beginning."""
    passed = timedelta(0)
    for after, who, where, text in _SAID:
        clock.advance(after - passed)
        passed = after
        await people.say(who, where, text)
    clock.advance(DAYS_BEFORE - passed)


def local_zone(environ: Mapping[str, str], root: Path = Path("/")) -> str:
    """Return this machine's time zone by its IANA name, so that the group's 09:00 is the visitor's; else UTC."""
    found = [environ.get("TZ", "").removeprefix(":")]
    link, named = root / "etc/localtime", root / "etc/timezone"
    if link.is_symlink():
        found.append(str(link.readlink()).partition("zoneinfo/")[2])
    if named.is_file():
        found.append(named.read_text(encoding="utf-8", errors="replace").strip())
    known = known_zones()
    return next((zone for zone in found if zone in known), "UTC")
