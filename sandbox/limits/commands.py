"""What an application command may be."""

import re

from sandbox.limits.form import Form
from sandbox.model import JSON

# Source: Discord's documentation, application command naming and structure.
CHAT_NAME = re.compile(r"^[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}$")
NAME, DESCRIPTION, OPTIONS, CHOICES, CHOICE_NAME, CHOICE_VALUE, TOTAL = 32, 100, 25, 25, 100, 100, 8000
CHAT, USER, MESSAGE = 1, 2, 3
MOST = {CHAT: 100, USER: 15, MESSAGE: 15}
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
MAY_CHOOSE = (STRING, INTEGER, NUMBER)
BIGGEST = 2**53
LONGEST_STRING = 6000


def check_all(commands: list[JSON]) -> None:
    """Check a whole set of commands."""
    errors = Form()
    names: set[tuple[int, str]] = set()
    for index, command in enumerate(errors.objects("commands", commands)):
        _check(errors, f"{index}.", command)
        key = (command.get("type") or CHAT, str(command.get("name")))
        if key in names:
            errors.add(f"{index}.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Command names must be unique")
        names.add(key)
    errors.done()


def too_many(commands: list[JSON]) -> bool:
    """Tell whether there are too many commands of a type."""
    counts = {kind: sum((c.get("type") or CHAT) == kind for c in commands) for kind in MOST}
    return any(counts[kind] > most for kind, most in MOST.items())


def check_one(command: JSON) -> None:
    """Check a single command."""
    errors = Form()
    _check(errors, "", command)
    errors.done()


def _check(errors: Form, path: str, command: JSON) -> None:
    kind = command.get("type") or CHAT
    if kind == CHAT:
        _check_name(errors, f"{path}name", command.get("name"))
        errors.text(f"{path}description", command.get("description") or None, 1, DESCRIPTION)
    else:
        errors.text(f"{path}name", command.get("name") or None, 1, NAME)
        if command.get("description"):
            text = "Context menu commands cannot have description"
            errors.add(f"{path}description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET", text)
    options = errors.objects(f"{path}options", command.get("options"))
    _check_options(errors, f"{path}options", options, depth=0)
    if _size(command) > TOTAL:
        text = f"Command exceeds maximum size ({TOTAL})"
        errors.add(f"{path}options", "APPLICATION_COMMAND_TOO_LARGE", text)


def _size(command: JSON) -> int:
    own = len(str(command.get("name") or "")) + len(str(command.get("description") or ""))
    choices = sum(len(str(c.get("name"))) + len(str(c.get("value"))) for c in command.get("choices") or [])
    return own + choices + sum(_size(option) for option in command.get("options") or [])


def _check_name(errors: Form, path: str, name: object) -> None:
    if not isinstance(name, str) or not CHAT_NAME.match(name) or name != name.lower():
        errors.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(errors: Form, path: str, options: list[JSON], depth: int) -> None:
    if len(options) > OPTIONS:
        errors.length(path, 0, OPTIONS)
    seen: set[str] = set()
    optional_seen = False
    for index, option in enumerate(options):
        at = f"{path}.{index}"
        _check_option(errors, at, option, depth)
        if option.get("name") in seen:
            text = "The option name is not unique"
            errors.add(f"{at}.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", text)
        seen.add(str(option.get("name")))
        nested = option.get("type") in (SUBCOMMAND, GROUP)
        if option.get("required") and optional_seen:
            text = "Required options must be placed before non-required options"
            errors.add(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
        optional_seen = optional_seen or not (option.get("required") or nested)
    nesting = {option.get("type") in (SUBCOMMAND, GROUP) for option in options}
    if len(nesting) > 1:
        text = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        errors.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)


def _check_option(errors: Form, path: str, option: JSON, depth: int) -> None:
    kind = option.get("type")
    errors.choice(f"{path}.type", kind, tuple(range(1, 12)))
    _check_name(errors, f"{path}.name", option.get("name"))
    errors.text(f"{path}.description", option.get("description") or None, 1, DESCRIPTION)
    if kind in (SUBCOMMAND, GROUP):
        if depth >= (2 if kind == SUBCOMMAND else 1):
            text = "Sub-command groups and sub-commands cannot be nested this deeply"
            errors.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)
        _check_options(errors, f"{path}.options", option.get("options") or [], depth + 1)
        return
    _check_choices(errors, path, option)
    errors.number(f"{path}.min_length", option.get("min_length"), 0, LONGEST_STRING)
    errors.number(f"{path}.max_length", option.get("max_length"), 1, LONGEST_STRING)


def _check_choices(errors: Form, path: str, option: JSON) -> None:
    choices = option.get("choices") or []
    if choices and option.get("type") not in MAY_CHOOSE:
        text = "Choices are only for string, integer and number options"
        errors.add(f"{path}.choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", text)
    if choices and option.get("autocomplete"):
        text = "Autocomplete and choices are mutually exclusive"
        errors.add(path, "APPLICATION_COMMAND_AUTOCOMPLETE_AND_CHOICES", text)
    check_choices(errors, f"{path}.choices", choices)


def check_choices(errors: Form, path: str, choices: list[JSON]) -> None:
    """Check choices, those of an option and those that complete one."""
    if len(choices) > CHOICES:
        errors.length(path, 0, CHOICES)
    for index, choice in enumerate(choices):
        errors.text(f"{path}.{index}.name", choice.get("name"), 1, CHOICE_NAME)
        value = choice.get("value")
        if isinstance(value, str):
            errors.text(f"{path}.{index}.value", value, 1, CHOICE_VALUE)
        elif value is None:
            errors.required(f"{path}.{index}.value")
        elif not -BIGGEST <= value <= BIGGEST:
            errors.add(f"{path}.{index}.value", "NUMBER_TYPE_MAX", "The value is out of range.")
