"""AutoMod rules."""

import re

from sandbox import access
from sandbox.acts import automod as automod_acts
from sandbox.errors import not_found
from sandbox.limits.form import Form
from sandbox.model import JSON, Guild, Rule
from sandbox.payloads import guilds as payload
from sandbox.permissions import Permission
from sandbox.registry import Registry
from sandbox.rest.call import Call, Reply, Route, done, ok, snowflake

P = Permission
KEYWORD, SPAM, PRESET, MENTION_SPAM, PROFILE = 1, 3, 4, 5, 6
# Source: Discord's documentation, trigger types and trigger metadata.
MOST = {KEYWORD: 6, SPAM: 1, PRESET: 1, MENTION_SPAM: 1, PROFILE: 1}
KEYWORDS, KEYWORD_LENGTH, PATTERNS, PATTERN_LENGTH, ALLOWED = 1000, 60, 10, 260, 100
BLOCK, ALERT, TIME_OUT, QUARANTINE = 1, 2, 3, 4
LONGEST_TIME_OUT = 2_419_200
NAME, EXEMPT_ROLES, EXEMPT_CHANNELS = 100, 20, 50


def _require(call: Call) -> Guild:
    guild = call.guild()
    access.require_in_guild(call.world, guild, call.me.id, P.MANAGE_GUILD)
    return guild


def _rule(call: Call, guild: Guild) -> Rule:
    try:
        return guild.rules[call.id("rule_id")]
    except KeyError:
        raise not_found() from None


def list_rules(call: Call) -> Reply:
    """List a server's rules."""
    return ok([payload.rule(rule) for rule in _require(call).rules.values()])


def get_rule(call: Call) -> Reply:
    """Give a rule."""
    return ok(payload.rule(_rule(call, _require(call))))


def create_rule(call: Call) -> Reply:
    """Make a rule."""
    guild = _require(call)
    rule = make(call.world, guild, call.me.id, call.form)
    return ok(payload.rule(rule))


def make(world: Registry, guild: Guild, creator_id: int, form: JSON) -> Rule:
    """Check a rule and put it into force."""
    _check(guild, form, is_new=True)
    if any(action["type"] == TIME_OUT for action in form["actions"]):
        access.require_in_guild(world, guild, creator_id, P.MANAGE_GUILD | P.MODERATE_MEMBERS)
    rule = Rule(
        world.ids.snowflake(),
        guild.id,
        creator_id,
        form["name"],
        form.get("event_type") or 1,
        form["trigger_type"],
        _trigger(form["trigger_type"], form.get("trigger_metadata") or {}),
        [_action(action) for action in form["actions"]],
        bool(form.get("enabled")),
        [snowflake(role_id, "exempt_roles") for role_id in form.get("exempt_roles") or []],
        [snowflake(channel_id, "exempt_channels") for channel_id in form.get("exempt_channels") or []],
    )
    guild.rules[rule.id] = rule
    automod_acts.tell(world, guild, rule, "CREATE")
    return rule


def _check(guild: Guild, form: JSON, *, is_new: bool) -> None:
    errors = Form()
    errors.text("name", form.get("name"), int(is_new), NAME)
    errors.choice("trigger_type", form.get("trigger_type"), tuple(MOST))
    for key in ("trigger_type", "event_type", "actions") if is_new else ():
        if form.get(key) is None:
            errors.required(key)
    for key, most in (("exempt_roles", EXEMPT_ROLES), ("exempt_channels", EXEMPT_CHANNELS)):
        if len(form.get(key) or []) > most:
            errors.length(key, 0, most)
    _check_trigger(errors, form.get("trigger_metadata") or {})
    for index, action in enumerate(form.get("actions") or []):
        _check_action(errors, guild, f"actions.{index}", action)
    kind = form.get("trigger_type")
    if is_new and len([r for r in guild.rules.values() if r.trigger_type == kind]) >= MOST.get(kind or 0, 1):
        text = f"Maximum number of rules with this trigger type reached ({MOST.get(kind or 0)})"
        errors.add("trigger_type", "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", text)
    errors.done()


def _check_trigger(errors: Form, trigger: JSON) -> None:
    for key, most, longest in (
        ("keyword_filter", KEYWORDS, KEYWORD_LENGTH),
        ("regex_patterns", PATTERNS, PATTERN_LENGTH),
        ("allow_list", ALLOWED, KEYWORD_LENGTH),
    ):
        entries = trigger.get(key) or []
        if len(entries) > most:
            errors.length(f"trigger_metadata.{key}", 0, most)
        for index, entry in enumerate(entries):
            errors.text(f"trigger_metadata.{key}.{index}", entry, 1, longest)
    for index, pattern in enumerate(trigger.get("regex_patterns") or []):
        try:
            re.compile(pattern)
        except re.error as error:
            errors.add(f"trigger_metadata.regex_patterns.{index}", "REGEX_VALIDATION_ERROR", str(error))
    errors.number("trigger_metadata.mention_total_limit", trigger.get("mention_total_limit"), 0, 50)


def _check_action(errors: Form, guild: Guild, path: str, action: JSON) -> None:
    errors.choice(f"{path}.type", action.get("type"), (BLOCK, ALERT, TIME_OUT, QUARANTINE))
    metadata = action.get("metadata") or {}
    if action.get("type") == ALERT and int(metadata.get("channel_id") or 0) not in guild.channels:
        errors.add(f"{path}.metadata.channel_id", "AUTO_MODERATION_INVALID_CHANNEL", "Unknown channel")
    if action.get("type") == TIME_OUT:
        errors.number(f"{path}.metadata.duration_seconds", metadata.get("duration_seconds"), 0, LONGEST_TIME_OUT)
        if metadata.get("duration_seconds") is None:
            errors.required(f"{path}.metadata.duration_seconds")
    errors.text(f"{path}.metadata.custom_message", metadata.get("custom_message"), 0, 150)


def _trigger(kind: int, sent: JSON) -> JSON:
    if kind in (KEYWORD, PROFILE):
        return {key: list(sent.get(key) or []) for key in ("keyword_filter", "regex_patterns", "allow_list")}
    if kind == PRESET:
        return {"presets": list(sent.get("presets") or []), "allow_list": list(sent.get("allow_list") or [])}
    if kind == MENTION_SPAM:
        return {
            "mention_total_limit": int(sent.get("mention_total_limit") or 0),
            "mention_raid_protection_enabled": bool(sent.get("mention_raid_protection_enabled")),
        }
    return {}


def _action(sent: JSON) -> JSON:
    metadata = {key: value for key, value in (sent.get("metadata") or {}).items() if value is not None}
    if "channel_id" in metadata:
        metadata["channel_id"] = str(metadata["channel_id"])
    return {"type": sent["type"], "metadata": metadata}


def edit_rule(call: Call) -> Reply:
    """Change a rule."""
    guild, form = _require(call), call.form
    rule = _rule(call, guild)
    _check(guild, form, is_new=False)
    rule.name = form.get("name") or rule.name
    rule.event_type = form.get("event_type") or rule.event_type
    rule.enabled = bool(form.get("enabled", rule.enabled))
    if form.get("trigger_metadata") is not None:
        rule.trigger = _trigger(rule.trigger_type, form["trigger_metadata"])
    if form.get("actions") is not None:
        rule.actions = [_action(action) for action in form["actions"]]
    for key in ("exempt_roles", "exempt_channels"):
        if form.get(key) is not None:
            setattr(rule, key, [snowflake(entry, key) for entry in form[key]])
    automod_acts.tell(call.world, guild, rule, "UPDATE")
    return ok(payload.rule(rule))


def delete_rule(call: Call) -> Reply:
    """Delete a rule."""
    guild = _require(call)
    rule = _rule(call, guild)
    del guild.rules[rule.id]
    automod_acts.tell(call.world, guild, rule, "DELETE")
    return done()


RULES = "/guilds/{guild_id}/auto-moderation/rules"
ROUTES = [
    Route("GET", RULES, list_rules),
    Route("POST", RULES, create_rule),
    Route("GET", RULES + "/{rule_id}", get_rule),
    Route("PATCH", RULES + "/{rule_id}", edit_rule),
    Route("DELETE", RULES + "/{rule_id}", delete_rule),
]
