"""Every table of every feature, gathered: what the migrations and the tests of the schema compare with."""

import importlib

from sqlalchemy import MetaData

from bot.storage.schema import metadata

STORES = (
    "bot.groups.store",
    "bot.groups.problems",
    "bot.outbox.store",
    "bot.crisis.store",
    "bot.crisis.closing_store",
    "bot.crisis.notes_store",
    "bot.crisis.watermarks",
    "bot.crisis.memory",
    "bot.crisis.erase",
    "bot.crisis.confirmed_lines",
    "bot.crisis.care_choices",
    "bot.crisis.plan_store",
    "bot.crisis.help_button",
    "bot.crisis.member_status",
    "bot.crisis.on_call.store",
    "bot.crisis.clinic_codes",
    "bot.crisis.alarm.store",
    "bot.crisis.gaps",
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
