"""The group that most tests are about."""

import re
from datetime import datetime

from bot.groups import toml_file
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.storage.engine import Database
from bot.storage.vault import Vault

SERVER, CIRCLE, CARE = 1001, 2001, 2002
MARIA, TOM = 3001, 3002
ALICE, BEN = 4001, 4002

TUESDAY = f"""
[[group]]
key = "tuesday"
name = "Tuesday circle"
server = {SERVER}
circle = {CIRCLE}
care = {CARE}
therapists = [{MARIA}, {TOM}]
timezone = "America/New_York"
language = "en"
country = "US"
[group.daily_prompts]
time = "09:00"
days = ["mon", "tue", "wed", "thu", "fri"]
[group.escalation]
chain = [[{MARIA}], [{TOM}], "everyone"]
acknowledge_within = "5m"
"""


def names(person: int, shown: object) -> bool:
    """Tell whether a person's id stands in something, and not just its digits within the id of a message."""
    return re.search(rf"(?<!\d){person}(?!\d)", str(shown)) is not None


def tuesday(now: datetime) -> Group:
    """Return the Tuesday circle, imported now."""
    return toml_file.parse(TUESDAY, now)[0]


async def with_tuesday(database: Database, vault: Vault, now: datetime) -> Groups:
    """Return the groups of a database into which the Tuesday circle was imported."""
    groups = Groups(database, vault)
    await groups.save([tuesday(now)], now)
    await groups.refresh(now)
    return groups


SESSION = """
[group.session]
days = ["tue"]
time = "18:00"
minutes = 90
"""
"""A session every Tuesday at 18:00 in New York; add it to a group's file."""
