"""AutoMod: rules that block, report or time out, as Discord's own moderation does before a bot sees anything."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sandbox import access
from sandbox.acts import guilds
from sandbox.acts.mentions import ROLE, USER
from sandbox.bus import Event
from sandbox.errors import ApiError, refused
from sandbox.model import JSON, Channel, Guild, Member, Message, MessageType, Rule
from sandbox.payloads import guilds as payload
from sandbox.payloads import messages as message_payload
from sandbox.permissions import Permission
from sandbox.registry import Registry

KEYWORD, MENTION_SPAM = 1, 5
BLOCK, ALERT, TIME_OUT = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a text breaks, and by what."""

    rule: Rule
    keyword: str | None
    content: str | None


def examine(world: Registry, author_id: int, channel: Channel, text: str) -> list[Finding]:
    """Find the rules that a text breaks; the bot and those who manage the server are exempt."""
    guild = world.guild_of(channel)
    if guild is None or world.user(author_id).bot:
        return []
    member = guild.members[author_id]
    if access.in_guild(world, guild, author_id) & Permission.MANAGE_GUILD:
        return []
    rules = [rule for rule in guild.rules.values() if rule.enabled and not _exempt(rule, member, channel)]
    return [finding for rule in rules if (finding := _match(rule, text))]


def _exempt(rule: Rule, member: Member, channel: Channel) -> bool:
    places = {channel.id, channel.parent_id}
    return bool(set(rule.exempt_roles) & set(member.roles) or places & set(rule.exempt_channels))


def _match(rule: Rule, text: str) -> Finding | None:
    if rule.trigger_type == KEYWORD:
        return _match_keyword(rule, text)
    if rule.trigger_type == MENTION_SPAM:
        named = {*USER.findall(text), *ROLE.findall(text)}
        return Finding(rule, None, None) if len(named) > int(rule.trigger["mention_total_limit"]) else None
    return None


def _match_keyword(rule: Rule, text: str) -> Finding | None:
    for allowed in rule.trigger.get("allow_list") or []:
        text = re.sub(re.escape(allowed.strip("*")), "\0", text, flags=re.IGNORECASE)
    for keyword in rule.trigger.get("keyword_filter") or []:
        if found := re.search(_pattern(keyword), text, re.IGNORECASE):
            return Finding(rule, keyword, found.group())
    for pattern in rule.trigger.get("regex_patterns") or []:
        if found := re.search(pattern, text, re.IGNORECASE):
            return Finding(rule, pattern, found.group())
    return None


def _pattern(keyword: str) -> str:
    start = "" if keyword.startswith("*") else r"(?<!\w)"
    end = "" if keyword.endswith("*") else r"(?!\w)"
    return start + re.escape(keyword.strip("*")) + end


def is_blocked(findings: list[Finding]) -> bool:
    """Tell whether any of the broken rules blocks the message."""
    return any(action["type"] == BLOCK for finding in findings for action in finding.rule.actions)


def blocked(findings: list[Finding]) -> ApiError:
    """Make the refusal of a blocked message, with the rule's own explanation for the person."""
    error = refused(200000)
    for finding in findings:
        for action in finding.rule.actions:
            error.words = error.words or action["metadata"].get("custom_message")
    return error


def execute(
    world: Registry, author_id: int, channel: Channel, text: str, findings: list[Finding], message: Message | None
) -> None:
    """Do what the broken rules say and tell of each action."""
    guild = world.guild_of(channel)
    if guild is None:
        return
    for finding in findings:
        alerts = [
            _alert(world, guild, author_id, channel, text, finding, action)
            for action in finding.rule.actions
            if action["type"] == ALERT
        ]
        for action in finding.rule.actions:
            if action["type"] == TIME_OUT:
                _time_out(world, guild, author_id, action)
            data = _execution(author_id, channel, text, finding, action)
            if message:
                data["message_id"] = str(message.id)
            if alerts and alerts[0]:
                data["alert_system_message_id"] = str(alerts[0].id)
            world.publish(Event("AUTO_MODERATION_ACTION_EXECUTION", data, guild=guild, people=False))


def _execution(author_id: int, channel: Channel, text: str, finding: Finding, action: JSON) -> JSON:
    return {
        "guild_id": str(channel.guild_id),
        "action": action,
        "rule_id": str(finding.rule.id),
        "rule_trigger_type": finding.rule.trigger_type,
        "user_id": str(author_id),
        "channel_id": str(channel.id),
        "content": text,
        "matched_keyword": finding.keyword,
        "matched_content": finding.content,
    }


def _time_out(world: Registry, guild: Guild, author_id: int, action: JSON) -> None:
    member = guild.members[author_id]
    member.timed_out_until = world.ids.now() + timedelta(seconds=int(action["metadata"]["duration_seconds"]))
    guilds.update_member(world, guild, member)


def _alert(
    world: Registry, guild: Guild, author_id: int, channel: Channel, text: str, finding: Finding, action: JSON
) -> Message | None:
    target = guild.channels.get(int(action["metadata"]["channel_id"]))
    if target is None:
        return None
    fields = {
        "rule_name": finding.rule.name,
        "channel_id": str(channel.id),
        "decision_id": str(world.ids.snowflake()),
        "keyword": finding.keyword or "",
        "keyword_matched_content": finding.content or "",
    }
    embed: JSON = {
        "type": "auto_moderation_message",
        "description": text,
        "fields": [{"name": name, "value": value, "inline": False} for name, value in fields.items()],
    }
    message = Message(
        world.ids.snowflake(),
        target.id,
        guild.id,
        author_id,
        "",
        world.ids.moment(),
        MessageType.AUTO_MODERATION_ACTION,
        embeds=[embed],
    )
    target.messages[message.id] = message
    target.last_message_id = message.id
    data = message_payload.on_the_wire(world, message, world.bot.id)
    world.publish(Event("MESSAGE_CREATE", data, guild=guild, channel=target, message=message))
    return message


def tell(world: Registry, guild: Guild, rule: Rule, verb: str) -> None:
    """Tell of a rule that was created, updated or deleted."""
    world.publish(Event(f"AUTO_MODERATION_RULE_{verb}", payload.rule(rule), guild=guild, people=False))
