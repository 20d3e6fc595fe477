"""What only Discord can answer: the token, the intents, the servers, their channels and people."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import discord

from bot.cli.checks import Finding, fail, failed, ok, warn
from bot.clock import Clock
from bot.config import Settings
from bot.crisis.watching.second_net import Server, name_of, phrases, rule_for
from bot.errors import ConfigError
from bot.groups.model import Group
from bot.permissions import NEEDED_IN_CARE, NEEDED_IN_CIRCLE, invite_link

_PATIENCE_SECONDS = 30
WRITTEN_IN = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.ForumChannel)
_CLOCK_TOLERANCE = timedelta(seconds=30)
_PORTAL = "https://discord.com/developers/applications"
_INTENTS: Mapping[str, tuple[str, ...]] = {
    "Server Members Intent": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content Intent": ("gateway_message_content", "gateway_message_content_limited"),
}


async def discord_side(settings: Settings, groups: Sequence[Group], clock: Clock) -> list[Finding]:
    """Ask Discord (or the local server that stands in for it), as far as the answers allow."""
    findings = [await _reached(settings, clock)]
    try:
        token = settings.discord.require_token()
    except ConfigError as error:
        return [*findings, failed("token", error)]
    if findings[0].grade == "fail":
        return findings
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), _logged_in(settings, token) as client:
            findings += _account(client)
            for group in groups:
                findings += await _group(client, group)
    except discord.LoginFailure:
        findings.append(
            fail(
                "token",
                "Discord does not know this token",
                f"Make a new one ({_PORTAL}: Bot, Reset Token) and hand it over with holdspace init.",
            )
        )
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
        findings.append(
            fail("discord", f"Discord stopped answering ({type(error).__name__})", "Try again in a few minutes.")
        )
    return findings


async def _reached(settings: Settings, clock: Clock) -> Finding:
    """Reach the API at all, and compare the two clocks by the answer's date."""
    address = settings.discord.local[0] if settings.discord.local else discord.http.Route.BASE
    try:
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS / 2)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{address}/gateway") as answer:
            date = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        where = "The local server" if settings.discord.local else "Discord"
        return fail(
            "network",
            f"{where} cannot be reached ({type(error).__name__})",
            "Does this machine reach the internet, and may it connect to discord.com, port 443?"
            if not settings.discord.local
            else "Is it running, and is discord.api_url right?",
        )
    if date is None:
        return ok("network", "Discord answers")
    off = abs(clock.now() - parsedate_to_datetime(date))
    if off > _CLOCK_TOLERANCE:
        return warn(
            "clock",
            f"this machine's clock is off by {off.total_seconds():.0f} s",
            "Switch on time synchronisation (timedatectl set-ntp true): prompts and pages go by this clock.",
        )
    return ok("network", "Discord answers, and the clocks agree")


@asynccontextmanager
async def _logged_in(settings: Settings, token: str) -> AsyncIterator[discord.Client]:
    before = discord.http.Route.BASE
    if settings.discord.local is not None:
        discord.http.Route.BASE = settings.discord.local[0]
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        await client.login(token)
        yield client
    finally:
        await client.close()
        discord.http.Route.BASE = before


def _account(client: discord.Client) -> Iterator[Finding]:
    application = client.application
    if application is None:
        return
    yield ok("token", "Discord knows the bot")
    for switch, flags in _INTENTS.items():
        if any(getattr(application.flags, flag) for flag in flags):
            yield ok("intents", f"{switch} is on")
        else:
            yield fail("intents", f"{switch} is off", f"Switch it on: {_PORTAL}, your application, Bot, {switch}.")
    yield ok("invite", invite_link(application.id))


async def _group(client: discord.Client, group: Group) -> list[Finding]:
    what = f"group {group.key}"
    try:
        guild = await client.fetch_guild(group.server, with_counts=False)
        channels = {channel.id: channel for channel in await guild.fetch_channels()}
        bot = await guild.fetch_member(client.user.id if client.user else 0)
    except (discord.NotFound, discord.Forbidden):
        return [
            fail(
                what,
                f"the bot is not on the server {group.server}",
                "Open the invite link above as the server's owner.",
            )
        ]
    findings = list(_server(what, guild, bot))
    for name, channel_id, wanted in (("circle", group.circle, NEEDED_IN_CIRCLE), ("care", group.care, NEEDED_IN_CARE)):
        channel = channels.get(channel_id)
        if isinstance(channel, discord.TextChannel):
            findings += _channel(what, name, channel, bot, wanted)
        else:
            findings.append(
                fail(
                    what,
                    f"{name} {channel_id} is no text channel that the bot can see",
                    f"Check the id, and let the bot see it. Then: holdspace groups import FILE ({name} = ...).",
                )
            )
    care = channels.get(group.care)
    if isinstance(care, discord.TextChannel):
        findings += await _therapists(what, group, guild, care)
    if group.escalation.second_net:
        findings += await _second_net(what, group, guild, channels, bot)
    return (
        findings if any(each.grade != "ok" for each in findings) else [ok(what, "its server, channels and people fit")]
    )


_NO_SECOND_NET = {
    "second_net_no_right": ("the bot lacks Manage Server", "Give it to the bot's role, or take second_net out."),
    "second_net_no_words": ("there are no phrases in the group's language", "Take second_net out of the file."),
    "second_net_too_many_channels": (
        "the server has more than 50 other channels, and a rule can leave out 50 at most",
        "Take second_net out of the file, or move the group to a server of its own.",
    ),
    "second_net_too_many_rules": ("the server has six keyword rules already", "Remove one: Server Settings, AutoMod."),
}


async def _second_net(
    what: str, group: Group, guild: discord.Guild, channels: Mapping[int, discord.abc.GuildChannel], bot: discord.Member
) -> list[Finding]:
    """Say whether Discord's AutoMod looks out for a group that chose it, and why not."""
    may_manage = bot.guild_permissions.manage_guild
    rules = await guild.fetch_automod_rules() if may_manage else []
    there = next((rule for rule in rules if rule.name == name_of(group)), None)
    keyword = discord.AutoModRuleTriggerType.keyword
    others = [rule for rule in rules if rule.trigger.type is keyword and rule is not there]
    written_in = frozenset(number for number, channel in channels.items() if isinstance(channel, WRITTEN_IN))
    wanted = rule_for(group, Server(may_manage, written_in, len(others)), phrases())
    if isinstance(wanted, str):
        why, remedy = _NO_SECOND_NET[wanted]
        return [warn(what, f"there is no second net: {why}", remedy)]
    if there is None or not there.enabled:
        return [warn(what, "its second net is not in place yet", "A running bot installs it within ten minutes.")]
    return []


def _server(what: str, guild: discord.Guild, bot: discord.Member) -> Iterator[Finding]:
    if bot.guild_permissions.administrator:
        yield warn(what, "the bot is an Administrator", "Take that away: it needs only what the invite link asks for.")
    if guild.mfa_level == discord.MFALevel.disabled:
        yield warn(
            what,
            "the server does not ask its moderators for two-factor sign-in",
            "Switch it on: Server Settings, Safety Setup. A stolen therapist's account could read the care channel.",
        )


def _channel(
    what: str, name: str, channel: discord.TextChannel, bot: discord.Member, wanted: Sequence[str]
) -> Iterator[Finding]:
    allowed = channel.permissions_for(bot)
    missing = [permission for permission in wanted if not getattr(allowed, permission)]
    if missing:
        named = ", ".join(permission.replace("_", " ").title() for permission in missing)
        yield fail(what, f"in the {name} channel the bot lacks: {named}", "Allow it in that channel's permissions.")
    if channel.permissions_for(channel.guild.default_role).view_channel:
        grade = fail if name == "care" else warn
        who = "its therapists" if name == "care" else "its members"
        yield grade(
            what, f"everybody on the server can see the {name} channel", f"Make it private: only {who} and the bot."
        )


async def _therapists(what: str, group: Group, guild: discord.Guild, care: discord.TextChannel) -> list[Finding]:
    findings = []
    for number in group.therapists:
        try:
            therapist = await guild.fetch_member(number)
        except discord.NotFound:
            findings.append(
                fail(
                    what, f"the therapist {number} is not on the server", "Invite them, or correct the id in the file."
                )
            )
            continue
        if not care.permissions_for(therapist).view_channel:
            findings.append(
                fail(
                    what, f"the therapist {number} cannot see the care channel", "Give them access: pages arrive there."
                )
            )
    return findings
