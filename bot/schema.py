"""Every table of every feature, gathered: what the migrations and the tests of the schema compare with."""

import importlib

from sqlalchemy import MetaData

from bot.storage.schema import metadata

STORES = (
    "bot.groups.store",
    "bot.groups.problems",
    "bot.outbox.store",
    "bot.crisis.cases.store",
    "bot.crisis.cases.closing_store",
    "bot.crisis.notes.store",
    "bot.crisis.watching.watermarks",
    "bot.crisis.watching.memory",
    "bot.crisis.cases.erase",
    "bot.crisis.member.confirmed_lines",
    "bot.crisis.member.care_choices",
    "bot.crisis.member.plan.store",
    "bot.crisis.member.help_button",
    "bot.crisis.member.status",
    "bot.crisis.on_call.store",
    "bot.crisis.outside.clinic_codes",
    "bot.crisis.alarm.store",
    "bot.crisis.watching.gaps",
    "bot.daily_prompts.store",
    "bot.daily_prompts.answers.store",
    "bot.daily_prompts.steering.store",
    "bot.daily_prompts.sessions.store",
    "bot.daily_prompts.sessions.handed_store",
    "bot.daily_prompts.skills.toolbox",
    "bot.daily_prompts.pace.store",
    "bot.progress.store",
    "bot.boundaries.store",
    "bot.privacy.preferences",
    "bot.privacy.departures",
)


def whole_schema() -> MetaData:
    """Import every store and return the metadata that their tables have joined."""
    for name in STORES:
        importlib.import_module(name)
    return metadata
