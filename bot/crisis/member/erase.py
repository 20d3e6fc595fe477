"""What care for members keeps of a person, and how it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.member import asking, care_choices, confirmed_lines, help_button
from bot.crisis.member.plan import store as plan_store
from bot.privacy.contract import Holding, Whose, counted
from bot.storage.vault import Vault


class MemberCareEraser:
    """Says, hands over and erases it: a safety plan, choices, what was told in confidence, what a therapist set up."""

    name = "member_care"

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count it."""
        return [
            *counted("safety_plan", int(await plan_store.held(tx, whose, self._vault) is not None)),
            *counted("care_choices", int(await care_choices.chosen_by(tx, whose) is not None)),
            *counted("reports_made", len(await asking.reports_by(tx, whose))),
            *counted("lines_confirmed", len(await confirmed_lines.confirmed_by(tx, whose))),
            *counted("buttons_placed", len(await help_button.placed_by(tx, whose))),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return it as plain data, the plan in its author's words."""
        plan = await plan_store.held(tx, whose, self._vault)
        choice = await care_choices.chosen_by(tx, whose)
        return {
            "safety_plan": None
            if plan is None
            else {
                "changed_at": plan.changed_at.isoformat(),
                "therapists_know_that_there_is_one": plan.announced,
                **plan.parts,
            },
            "choices": None
            if choice is None
            else {"country": choice["country"], "written_to_after_an_alarm": choice["replies"]},
            "reports": [
                {"group": row["group_key"], "at": row["at"].isoformat()} for row in await asking.reports_by(tx, whose)
            ],
            "lines_confirmed": [
                {"group": row["group_key"], "country": row["country"], "at": row["confirmed_at"].isoformat()}
                for row in await confirmed_lines.confirmed_by(tx, whose)
            ],
            "buttons_placed": [
                {"group": row["group_key"], "at": row["placed_at"].isoformat()}
                for row in await help_button.placed_by(tx, whose)
            ],
        }

    async def erase_member(self, tx: AsyncConnection, whose: Whose, _now: datetime) -> None:
        """Erase it. A report stays with the case it is about, and what was set up with its group, without a name."""
        await plan_store.erase_held(tx, whose)
        await care_choices.forget(tx, whose)
        await asking.forget_reporter(tx, whose)
        await confirmed_lines.forget_who(tx, whose)
        await help_button.forget_who(tx, whose)
