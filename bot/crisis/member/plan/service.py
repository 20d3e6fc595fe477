"""Safety plans at work: written, read, changed and erased by their author alone."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from bot.crisis.member.plan import store as plan_store
from bot.crisis.member.plan.model import LONGEST, PARTS, Plan
from bot.storage.engine import Database
from bot.storage.vault import Vault


class Plans:
    """Keeps safety plans, one a member. Writing an empty one erases it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def of(self, member_id: int) -> Plan | None:
        """Return a member's own plan."""
        async with self._database.read() as tx:
            return await plan_store.of(tx, member_id, self._vault)

    async def write(self, member_id: int, group_key: str, parts: Mapping[str, str], now: datetime) -> Plan | None:
        """Keep a plan in place of the one before it; None if nothing was written, and so nothing is kept."""
        written = {name: text[:LONGEST] for name in PARTS if (text := parts.get(name, "").strip())}
        async with self._database.write() as tx:
            before = await plan_store.of(tx, member_id, self._vault)
            if not written:
                await plan_store.erase(tx, member_id)
                return None
            key = before.key if before else secrets.token_hex(12)
            announced = before is not None and before.announced and before.group_key == group_key
            plan = Plan(key, group_key, member_id, now, announced, written)
            await plan_store.put(tx, plan, self._vault)
        return plan

    async def announce(self, member_id: int, wanted: bool) -> Plan | None:
        """Let the therapists know that there is a plan, or no longer; None if there is none."""
        async with self._database.write() as tx:
            await plan_store.announce(tx, member_id, wanted)
            return await plan_store.of(tx, member_id, self._vault)

    async def erase(self, member_id: int) -> bool:
        """Erase a member's plan; False if there was none."""
        async with self._database.write() as tx:
            return await plan_store.erase(tx, member_id)
