"""What daily prompts keep of a person: answers, marks, topics that rest, and prompts that they wrote."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.answers import store
from bot.daily_prompts.answers.service import Answers
from bot.daily_prompts.pace import store as pace_store
from bot.daily_prompts.skills import toolbox
from bot.daily_prompts.steering import store as steering_store
from bot.privacy.contract import Holding, Whose, counted
from bot.storage.vault import Vault

_OF_PACE = ("group_key", "direct", "zone", "at", "quiet_since", "quiet_until", "left")


class DailyPromptsEraser:
    """Says, hands over and erases what daily prompts keep."""

    name = "daily_prompts"

    def __init__(self, answers: Answers, vault: Vault) -> None:
        self._answers = answers
        self._vault = vault

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count answers, marks and resting topics."""
        return [
            *counted("answers", await store.count_of_member(tx, whose)),
            *counted("prompt_marks", len(await store.marks_of(tx, whose))),
            *counted("resting_topics", len(await store.resting_of(tx, whose))),
            *counted("prompt_pace", len(await pace_store.of_member(tx, whose))),
            *counted("toolbox", await self._in_toolbox(tx, whose)),
            *counted("own_prompts", len(await steering_store.own_of(tx, whose, self._vault))),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return the answers in their author's words, with who looked up their name, and the rest as it is."""
        answers = [
            {
                "group": answer.group_key,
                "written_at": answer.written_at.isoformat(),
                "seen_by": answer.audience.value,
                "text": answer.text,
                "name_looked_up_at": [look.at.isoformat() for look in await store.looks_at(tx, answer.key)],
            }
            for answer in await store.of_member(tx, whose, self._vault, limit=None)
        ]
        marks = [
            {"group": mark["group_key"], "what": mark["kind"], "at": mark["at"].isoformat()}
            for mark in await store.marks_of(tx, whose)
        ]
        topics = [{"group": row["group_key"], "topic": row["topic"]} for row in await store.resting_of(tx, whose)]
        own = [
            {"group": prompt.group_key, "written_at": prompt.written_at.isoformat(), "text": prompt.text}
            for prompt in await steering_store.own_of(tx, whose, self._vault)
        ]
        tools = [row["skill"] for row in await toolbox.kept_by(tx, whose.member_id)] if whose.groups is None else []
        paces = [
            {key: row[key] for key in _OF_PACE} | {"away_until": row["away_until"] and row["away_until"].isoformat()}
            for row in await pace_store.of_member(tx, whose)
        ]
        return {
            "pace": paces,
            "answers": answers,
            "marks": marks,
            "resting_topics": topics,
            "own_prompts": own,
            "toolbox": tools,
        }

    async def erase_member(self, tx: AsyncConnection, whose: Whose, now: datetime) -> None:
        """Erase all of it; answers that are shown are taken away."""
        for answer in await store.of_member(tx, whose, self._vault, limit=None):
            await self._answers.erase(tx, answer, now)
        await store.forget_marks(tx, whose)
        await store.forget_resting(tx, whose)
        await steering_store.forget_own(tx, whose)
        await toolbox.forget(tx, whose)
        await pace_store.forget(tx, whose)

    @staticmethod
    async def _in_toolbox(tx: AsyncConnection, whose: Whose) -> int:
        """Count the exercises in a toolbox; it belongs to no group, so an erase within groups leaves it."""
        return len(await toolbox.kept_by(tx, whose.member_id)) if whose.groups is None else 0
