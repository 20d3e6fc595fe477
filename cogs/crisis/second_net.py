"""Installing each group's AutoMod rule, keeping it in step, and taking what it finds."""

import discord
from discord.ext import commands

from bot.app import Parts
from bot.crisis.cases.model import Signal, Source
from bot.crisis.screening import Level
from bot.crisis.watching.second_net import Rule, Server, in_step, name_of, phrases, rule_for
from bot.groups.model import Group
from bot.log import get
from cogs.shared.places import group_of, served_here

log = get("second_net")

Places = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.ForumChannel)


class SecondNetCog(commands.Cog):
    """Keeps the rules; what one of them finds opens a case, unless our own screening has opened it already."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._phrases = phrases()
        self._told: dict[str, str] = {}

    async def cog_load(self) -> None:
        """Become who keeps the rules in step with the tick."""
        self._parts.second_nets.keep_with(self.keep_in_step)

    @commands.Cog.listener()
    async def on_caught_up(self) -> None:
        """Look at every rule after a start."""
        await self.keep_in_step()

    @commands.Cog.listener()
    async def on_groups_changed(self) -> None:
        """Look at every rule after an import."""
        await self.keep_in_step()

    @commands.Cog.listener()
    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """Leave a new channel out before anybody writes in it."""
        await self.keep_in_step(channel.guild.id)

    @commands.Cog.listener()
    async def on_automod_action(self, execution: discord.AutoModAction) -> None:
        """Open a case for what a group's rule has found; the message's id makes it one with what screening finds."""
        if execution.channel_id is None:
            return
        group = group_of(self._client.get_channel(execution.channel_id), self._parts.groups)
        if group is None or group.server != execution.guild_id or execution.user_id in group.therapists:
            return
        if not await self._is_ours(execution, group):
            return
        message_id = execution.message_id or execution.alert_system_message_id or 0
        now = self._parts.clock.now()
        signal = Signal(
            group_key=group.key,
            key=f"message:{message_id}",
            member_id=execution.user_id,
            level=Level.HIGH,
            source=Source.SCREENING,
            channel_id=execution.channel_id,
            message_id=message_id,
            said_at=now,
        )
        raised = await self._parts.cases.raise_case(signal, now)
        log.info("second_net_found", case=raised.case.code, repeated=raised.repeated)

    async def keep_in_step(self, only: int | None = None) -> None:
        """Make, mend or remove the rule of every group that this process serves (or of one server's)."""
        for group in self._parts.groups.all():
            if only in (None, group.server) and served_here(self._client, group.server):
                guild = self._client.get_guild(group.server)
                if guild is not None and guild.me is not None:
                    await self._keep(guild, group)

    async def _is_ours(self, execution: discord.AutoModAction, group: Group) -> bool:
        try:
            rule = await execution.fetch_rule()
        except discord.HTTPException:
            return False
        return rule.name == name_of(group)

    async def _keep(self, guild: discord.Guild, group: Group) -> None:
        may_manage = guild.me.guild_permissions.manage_guild
        if not may_manage and not group.escalation.second_net:
            return
        try:
            rules = await guild.fetch_automod_rules() if may_manage else []
            there = next((rule for rule in rules if rule.name == name_of(group)), None)
            if not group.escalation.second_net:
                await self._remove(there)
                return
            wanted = rule_for(group, _seen(guild, rules, there), self._phrases)
            if isinstance(wanted, str):
                await self._remove(there)
                await self._say(group, wanted)
                return
            await _install(guild, wanted, there)
        except discord.HTTPException as refused:
            log.warning("second_net_refused", group_key=group.key, problem=f"discord.{refused.code}")
            await self._say(group, "second_net_refused")
        else:
            self._told.pop(group.key, None)

    async def _remove(self, rule: discord.AutoModRule | None) -> None:
        if rule is not None:
            await rule.delete(reason="Holdspace: no second net for this group")

    async def _say(self, group: Group, reason: str) -> None:
        """Tell the therapists why there is no second net, once for each reason and start."""
        if self._told.get(group.key) != reason:
            self._told[group.key] = reason
            log.warning("second_net_missing", group_key=group.key, reason=reason)
            await self._parts.notices.tell(group, f"outside.notice.{reason}", self._parts.clock.now())


def _seen(guild: discord.Guild, rules: list[discord.AutoModRule], there: discord.AutoModRule | None) -> Server:
    keyword = discord.AutoModRuleTriggerType.keyword
    others = [rule for rule in rules if rule.trigger.type is keyword and (there is None or rule.id != there.id)]
    channels = frozenset(channel.id for channel in guild.channels if isinstance(channel, Places))
    return Server(guild.me.guild_permissions.manage_guild, channels, len(others))


async def _install(guild: discord.Guild, wanted: Rule, there: discord.AutoModRule | None) -> None:
    if there is not None and in_step(
        wanted,
        there.trigger.keyword_filter,
        there.exempt_channel_ids,
        next((action.channel_id for action in there.actions), None),
        on=there.enabled and len(there.actions) == 1 and not there.exempt_role_ids,
    ):
        return
    trigger = discord.AutoModTrigger(type=discord.AutoModRuleTriggerType.keyword, keyword_filter=list(wanted.keywords))
    actions = [discord.AutoModRuleAction(channel_id=wanted.alert)]
    exempt = [discord.Object(channel) for channel in sorted(wanted.exempt)]
    if there is None:
        await guild.create_automod_rule(
            name=wanted.name,
            event_type=discord.AutoModRuleEventType.message_send,
            trigger=trigger,
            actions=actions,
            enabled=True,
            exempt_channels=exempt,
            reason="Holdspace: the group's second net",
        )
        log.info("second_net_installed")
        return
    await there.edit(trigger=trigger, actions=actions, enabled=True, exempt_channels=exempt, exempt_roles=[])
    log.info("second_net_mended")
