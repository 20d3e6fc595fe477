"""Sending outside Discord through apprise: one address, one short text, and a plain word for what happened.

Addresses hold passwords and tokens. Apprise quotes parts of them in its log lines and in its errors, so neither ever
leaves this module: a failure becomes one of a few codes.
"""

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

if TYPE_CHECKING:
    from apprise import NotifyBase

SECONDS = 15
"""One try may take this long; it has to stay below the outbox's own limit for a delivery."""

_LOGGER = "apprise"
_STATUS = re.compile(r"error[=:]\s*([1-5]\d\d)\b")
_LOGIN = re.compile(r"authenticat|credential|login|SMTPAuth|\b535\b", re.IGNORECASE)
_NO_WAY = re.compile(r"connection error|socket exception|failed to resolve|timed out", re.IGNORECASE)
# These speak to the desktop or the log of the machine on which the bot runs: nobody would be paged.
_HERE_ONLY = frozenset(("dbus", "qt", "glib", "kde", "gnome", "macosx", "windows", "syslog", "rsyslog"))


@dataclass(frozen=True, slots=True)
class Sent:
    """How one try ended: `problem` is None when the service took it, else a code.

    The codes are "unreachable", "timeout", "login", "failed" and "refused.<HTTP status>".
    """

    problem: str | None
    seconds: float = 0.0

    @property
    def is_worth_another_try(self) -> bool:
        """Whether trying again may help: yes, unless the service understood and said no."""
        if self.problem == "login":
            return False
        status = (self.problem or "").removeprefix("refused.")
        return not (status.startswith("4") and status not in ("408", "429"))


def what_is_wrong(url: SecretStr) -> str | None:
    """Say what is wrong with an address, without a part of it; None if it can be used."""
    address = url.get_secret_value().strip()
    scheme, found, _ = address.partition("://")
    if not found:
        return "it does not begin like an address (mailto://, ntfys://, twilio://)"
    if scheme.lower() in _HERE_ONLY:
        return "it only shows something on the machine that the bot runs on"
    service = _service(address)
    if service is None:
        return "apprise does not know this kind of address, or a part of it is missing"
    return None


async def send(url: SecretStr, title: str, body: str) -> Sent:
    """Send a text to one address, off the event loop; a failure is told, never raised.

    A cancelled try may still arrive: its thread cannot be stopped.
    """
    return await asyncio.to_thread(_send, url, title, body)


def _send(url: SecretStr, title: str, body: str) -> Sent:
    service = _service(url.get_secret_value().strip())
    if service is None:
        return Sent("failed")
    from apprise import Apprise, NotifyFormat  # noqa: PLC0415  (half a second that a bot without targets need not spend)

    sender = Apprise()
    sender.add(service)
    heard: list[str] = []
    try:
        result = sender.notify(
            body=body,
            title=title,
            body_format=NotifyFormat.TEXT,
            timeout=SECONDS,
            log_callback=lambda entry, _service: heard.append(str(entry.message)),
            log_level=logging.DEBUG,
        )
    except Exception:  # noqa: BLE001  (the boundary to 180 services' plugins; what they raise may quote the address)
        return Sent("failed")
    if result:
        return Sent(None, float(result.elapsed))
    return Sent("timeout" if result.timeout_count else _problem(heard), float(result.elapsed))


def _service(address: str) -> "NotifyBase | None":
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415

    _silence()
    asset: Any = AppriseAsset(
        app_id="Holdspace",
        app_desc="Holdspace",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        storage_mode="memory",
    )
    try:
        return Apprise.instantiate(address, asset=asset)
    except Exception:  # noqa: BLE001  (see above)
        return None


def _silence() -> None:
    """Keep apprise's own log lines from every handler: they quote hosts, accounts and payloads."""
    logger = logging.getLogger(_LOGGER)
    logger.propagate = False
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
        logger.addHandler(logging.NullHandler())


def _problem(heard: list[str]) -> str:
    told = "\n".join(heard)
    if status := _STATUS.search(told):
        return "login" if status[1] == "401" else f"refused.{status[1]}"
    if _LOGIN.search(told):
        return "login"
    return "unreachable" if _NO_WAY.search(told) else "failed"
