"""The Discord client: least intents, no mentions unless said, features loaded one by one, crisis care first."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, Literal

import aiohttp
import discord
import yarl
from discord.backoff import ExponentialBackoff
from discord.ext import commands

from bot.app import Parts, jobs
from bot.config import DiscordSettings
from bot.crisis.watching.canary import rehearse
from bot.errors import DiscordError, StorageError
from bot.health import Health
from bot.log import get
from bot.ping import DeadMansSwitch
from bot.ticker import Job, Ticker
from bot.translation import DescriptionTranslator

log = get("client")

CRISIS = "cogs.crisis"
FEATURES: tuple[str, ...] = ("cogs.groups", "cogs.daily_prompts", "cogs.progress", "cogs.boundaries", "cogs.privacy")

_CANCEL_AGAIN_S = 0.5
_PUBLISH_WITHIN_S = 10.0
_PUBLISH_AGAIN = timedelta(minutes=5)
_PORTAL = "https://discord.com/developers/applications"


def intents() -> discord.Intents:
    """Return what the bot listens to, and nothing more."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.members = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.message_content = True
    wanted.auto_moderation_execution = True
    return wanted


class HoldspaceClient(commands.AutoShardedBot):
    """Connects the parts with Discord.

    Its life: built -> logged in, cogs loaded, ticking -> ready -> closed. Crisis care must load; another feature that
    does not is named to the therapists, and everything else starts.
    """

    def __init__(self, parts: Parts) -> None:
        discord_settings = parts.settings.discord
        local = discord_settings.local
        if local is not None:
            _use(*local)
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # voice is not used
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.from_intents(intents()),
            **_shards(discord_settings),
            guild_ready_timeout=0.1 if local is not None else 2.0,
        )
        self.parts = parts
        self.down: list[str] = []
        self.caught_up = asyncio.Event()
        self._publish_at: datetime | None = parts.clock.now()
        self.ticker = Ticker(
            parts.clock,
            [
                *jobs(parts),
                self._groups_job(),
                Job("ping", timedelta(seconds=15), self._ping),
                Job("commands", timedelta(seconds=15), self._publish),
            ],
            parts.registry,
        )
        self._switch = DeadMansSwitch(parts.settings.health, self.ticker, parts.database)
        self._health = Health(parts.settings.health, self.ticker, parts.registry, parts.clock)

    async def run_until_stopped(self) -> None:
        """Log in, work until cancelled or closed, and close in order; raises DiscordError with a remedy."""
        token = self.parts.settings.discord.require_token()
        try:
            async with self:
                await _until_cancelled(self.start(token))
        except discord.LoginFailure:
            raise DiscordError(
                "Discord does not accept the bot's token.",
                f"Make a new one at {_PORTAL} (Bot, Reset Token) and put it into HOLDSPACE_DISCORD__TOKEN.",
            ) from None
        except discord.PrivilegedIntentsRequired:
            raise self._missing_intent() from None
        except discord.HTTPException as error:
            raise DiscordError(
                f"Discord refuses the bot, or has trouble of its own (HTTP {error.status}).",
                "Wait a few minutes, then start again; discordstatus.com says whether others have it too. "
                "Nothing is lost: what is due goes out after the next start.",
            ) from error
        except (aiohttp.ClientError, discord.GatewayNotFound, OSError) as error:
            raise DiscordError(
                f"Discord cannot be reached ({type(error).__name__}).",
                "Is this machine online? Nothing is lost: what is due goes out after the next start.",
            ) from error

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Open a shard's connection, and let it come back soon after Discord does."""
        await super().launch_shard(gateway, shard_id, initial=initial)
        shard = self.get_shard(shard_id)
        if shard is not None:
            shard._parent._backoff = _ReconnectSoon()  # the library has no setting for it

    async def setup_hook(self) -> None:
        """Load the features, publish the commands and begin to tick, logged in but before the gateway opens."""
        await rehearse(self.parts)
        await self.load_extension(CRISIS)
        for feature in FEATURES:
            await self._load(feature)
        unsent = self.parts.outbox.undelivered_crisis_kinds()
        if unsent:
            raise DiscordError(
                f"Nobody sends {', '.join(unsent)}.", "This is a fault of the program: please report it."
            )
        await self.tree.set_translator(DescriptionTranslator(self.parts.words))
        await self._publish(self.parts.clock.now())
        await self._health.start()
        self.ticker.start()
        groups = len(self.parts.groups.all())
        log.info("started", groups=groups)
        if not groups:
            log.warning("no_group_to_listen_to")

    async def close(self) -> None:
        """Stop ticking, let what is being sent finish, and close the connections."""
        await self.ticker.stop()
        if self.is_ready():
            try:
                await self.parts.watermarks.flush(self.parts.clock.now())
            except StorageError as error:  # what is not written down is read again after the start
                log.error("positions_not_stored", exc_info=error)
        await self.parts.outbox.settle()
        await self._health.close()
        await super().close()

    async def wait_until_ready_and_caught_up(self) -> None:
        """Wait until the gateway is open and what was missed has been read."""
        await self.caught_up.wait()

    async def on_message(self, _message: discord.Message, /) -> None:
        """Take no commands from messages: they are slash commands and buttons only."""

    async def on_connect(self) -> None:
        """Note that Discord answers."""
        self.parts.reach.back()

    async def on_resumed(self) -> None:
        """Note that Discord answers again."""
        self.parts.reach.back()

    async def on_disconnect(self) -> None:
        """Note that Discord is away; pages outside it say so until it is back."""
        if not self.is_closed():
            self.parts.reach.lost(self.parts.clock.now())

    async def on_caught_up(self) -> None:
        """Note that the crisis cog has read back everything that it missed."""
        self.caught_up.set()

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Log a listener's failure without what was said; one that a stop has cut off is none."""
        if self.is_closed():
            log.info("listener_cut_off", kind=event_method)
            return
        log.exception("listener_failed", kind=event_method)

    async def _publish(self, now: datetime) -> None:
        """Publish the commands, and try again later if Discord refuses: pages and buttons do not wait for them."""
        if self._publish_at is None or now < self._publish_at:
            return
        self._publish_at = now + _PUBLISH_AGAIN
        try:
            async with asyncio.timeout(_PUBLISH_WITHIN_S):  # Discord may ask the library to wait for hours
                await self.tree.sync()
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.error("commands_not_published", exc_info=error)
        else:
            self._publish_at = None

    async def _load(self, feature: str) -> None:
        try:
            await self.load_extension(feature)
        except commands.ExtensionError as error:
            name = feature.removeprefix("cogs.")
            log.error("feature_down", feature=name, exc_info=error.__cause__ or error)
            self.down.append(name)
            for group in self.parts.groups.all():
                words = self.parts.words.of(group.language)
                shown = words(f"features.{name}")
                await self.parts.notices.tell(
                    group, "crisis.notice.feature_down", self.parts.clock.now(), {"feature": shown}
                )

    def _groups_job(self) -> Job:
        return Job("groups", timedelta(seconds=5), self._refresh_groups)

    async def _ping(self, now: datetime) -> None:
        await self._switch.run_due(now)

    async def _refresh_groups(self, now: datetime) -> None:
        if await self.parts.groups.refresh(now):
            await self.parts.screeners.prepare(self.parts.groups.all(), now)
            self.dispatch("groups_changed")

    def _missing_intent(self) -> DiscordError:
        """Name the switch in the developer portal that is off."""
        flags = self.application_flags
        missing = []
        if not (flags.gateway_message_content or flags.gateway_message_content_limited):
            missing.append("Message Content Intent")
        if not (flags.gateway_guild_members or flags.gateway_guild_members_limited):
            missing.append("Server Members Intent")
        names = " and ".join(missing) or "Message Content Intent or Server Members Intent"
        return DiscordError(
            f"Discord does not give this application the {names}.",
            f"Switch it on at {_PORTAL}: the application, Bot, Privileged Gateway Intents. Then start again.",
        )


class _ReconnectSoon(ExponentialBackoff[Literal[False]]):
    """Waits at most half a minute between two attempts; the library's own waits grow to 17 minutes.

    Nobody's messages are heard before the gateway is open again, so a long outage must not be made longer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._max = 5


async def _until_cancelled(work: Coroutine[Any, Any, None]) -> None:
    """Run the library's main loop to its end; a cancellation is repeated until it is heeded.

    One that meets discord.py in the middle of a reconnect is swallowed there, and the process would never end.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task})
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCEL_AGAIN_S)
    await task


def _shards(settings: DiscordSettings) -> dict[str, Any]:
    """Return which shards this process runs; without a wish Discord recommends how many, and all of them run here."""
    if settings.shard_ids is None:
        return {"shard_count": settings.shard_count}
    return {"shard_count": settings.shard_count, "shard_ids": list(settings.shard_ids)}


def _use(api_url: str, gateway_url: str) -> None:
    """Point discord.py to a loopback server; the settings have refused every other address."""
    discord.http.Route.BASE = api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
