"""What the bot asks a server for, and that the guide for operators says the same."""

import re
from pathlib import Path

import discord

from bot.permissions import NEEDED, NEEDED_IN_CARE, invite_link

GUIDE = (Path(__file__).parents[2] / "docs/operators.md").read_text(encoding="utf-8")


def asked() -> discord.Permissions:
    return discord.Permissions(**dict.fromkeys(NEEDED, True))


def test_the_guide_shows_the_link_with_exactly_the_permissions_that_are_needed():
    shown = re.findall(r"permissions=(\d+)", GUIDE)
    assert shown == [str(asked().value)]
    link = invite_link(42).replace("client_id=42", "client_id=APPLICATION_ID")
    assert f"\n   {link}\n" in GUIDE


def test_the_guide_explains_each_permission_with_its_bit():
    rows = re.findall(r"\| ([A-Z][A-Za-z ]+) \| ([^|]+) \| 1 << (\d+) \|", GUIDE)
    assert {1 << int(bit) for _, _, bit in rows} == {getattr(discord.Permissions, name).flag for name in NEEDED}
    assert [reason for _, reason, _ in rows] == list(NEEDED.values())


def test_it_never_asks_for_power_over_the_server():
    refused = ("administrator", "manage_guild", "manage_roles", "manage_channels", "mention_everyone", "ban_members")
    assert not any(getattr(asked(), name) for name in refused)


def test_the_care_channel_needs_no_more_than_the_circle():
    assert set(NEEDED_IN_CARE) <= set(NEEDED)
