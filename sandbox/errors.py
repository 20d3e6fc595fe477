"""What goes wrong, in Discord's codes for the bot and in plain words for the people."""

from typing import Any

JSON = dict[str, Any]

# Source: Discord's developer documentation, "Opcodes and Status Codes", JSON error codes.
UNKNOWN = {
    "application": (10002, "Unknown Application"),
    "channel": (10003, "Unknown Channel"),
    "guild": (10004, "Unknown Guild"),
    "member": (10007, "Unknown Member"),
    "message": (10008, "Unknown Message"),
    "overwrite": (10009, "Unknown Overwrite"),
    "role": (10011, "Unknown Role"),
    "user": (10013, "Unknown User"),
    "emoji": (10014, "Unknown Emoji"),
    "webhook": (10015, "Unknown Webhook"),
    "ban": (10026, "Unknown Ban"),
    "interaction": (10062, "Unknown interaction"),
    "command": (10063, "Unknown application command"),
    "event": (10070, "Unknown Guild Scheduled Event"),
}

REFUSED = {
    20001: (403, "Bots cannot use this endpoint"),
    30003: (400, "Maximum number of pins reached for the channel (250)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30032: (400, "Maximum number of application commands reached (100)"),
    30033: (400, "Maximum number of thread participants has been reached (1000)"),
    40001: (401, "Unauthorized"),
    30005: (400, "Maximum number of guild roles reached (250)"),
    30013: (400, "Maximum number of guild channels reached (500)"),
    30038: (400, "Maximum number of uncompleted guild scheduled events reached (100)"),
    40005: (413, "Request entity too large"),
    40007: (403, "The user is banned from this guild"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50016: (
        400,
        "Provided too few or too many messages to delete. Must be 2 to 100.",
    ),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50034: (400, "A message provided was too old to bulk delete."),
    50081: (400, "Invalid sticker sent"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    180000: (400, "Cannot update a finished event"),
    200000: (400, "Message was blocked by automatic moderation"),
}

FORBIDDEN_WORDS = {
    50001: "You cannot see this channel.",
    50013: "You lack the permission to do this here.",
    50007: "This person does not take direct messages.",
    50278: "You share no server with this person.",
    50005: "Only the author can change a message.",
    160005: "This thread is locked.",
    200000: "The server's AutoMod blocked this message.",
}


class ApiError(Exception):
    """A request that Discord would refuse: HTTP status, Discord's code and message, and the errors of single fields.

    `words` says it to a person, where there is something better to say than for others with this code.
    """

    def __init__(self, status: int, code: int, message: str, errors: JSON | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.words: str | None = None

    def body(self) -> JSON:
        """Give the body of the answer."""
        body: JSON = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


class NotAllowed(Exception):
    """Something that a played person may not see or do; the text says why."""


def unknown(what: str) -> ApiError:
    """Make the error for a thing that does not exist."""
    code, message = UNKNOWN[what]
    return ApiError(404, code, message)


def refused(code: int) -> ApiError:
    """Make the error with this code of Discord's."""
    status, message = REFUSED[code]
    return ApiError(status, code, message)


def not_found() -> ApiError:
    """Make the error for a route that does not exist."""
    return ApiError(404, 0, "404: Not Found")


def in_words(error: ApiError) -> str:
    """Say an error to a person."""
    words = error.words or FORBIDDEN_WORDS.get(error.code, error.message)
    details = "; ".join(f"{path}: {text}" for path, text in _flatten(error.errors or {}))
    return f"{words} ({details})" if details else words


def _flatten(errors: JSON, path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in errors.items():
        if key == "_errors":
            found += [(path or "body", entry["message"]) for entry in value]
        else:
            found += _flatten(value, f"{path}.{key}" if path else key)
    return found
