"""Translating Discord's refusals into what the outbox understands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import aiohttp
import discord

from bot.outbox.model import Permanent, Temporary

_SERVER_FAULT = 500

NOT_NOW = (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError)
"""What a request ends with where another try may work, or where somebody can do without it."""


@contextmanager
def discord_problems() -> Iterator[None]:
    """Turn an error of a Discord request into Permanent (403, 404, 400) or Temporary (limits, outages)."""
    try:
        yield
    except discord.RateLimited as error:
        raise Temporary("rate_limited", timedelta(seconds=error.retry_after)) from error
    except discord.HTTPException as error:
        code = f"discord.{error.code or error.status}"
        if error.status >= _SERVER_FAULT or error.status == 429:  # noqa: PLR2004
            raise Temporary(code) from error
        raise Permanent(code) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Temporary("unreachable") from error


def holds(components: object, custom_id: str) -> bool:
    """Say whether a component of this id is anywhere in a message's components: an earlier try has posted it."""
    for component in components if isinstance(components, list) else ():
        if getattr(component, "custom_id", None) == custom_id or holds(getattr(component, "children", []), custom_id):
            return True
    return False
