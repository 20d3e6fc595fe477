"""Keeps the sandbox to this machine: loopback addresses, loopback hosts, and no requests from other sites."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str | None) -> bool:
    """Tell whether a host is this machine."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def refuses(request: web.Request) -> str | None:
    """Say why a request is refused; None lets it in."""
    if not is_loopback(_host(f"//{request.host}")):
        return "The sandbox answers on loopback addresses only."
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return "The sandbox takes no requests from other sites."
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return "The sandbox takes no requests from other sites."
    return None


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what does not come from this machine and this site."""
    reason = refuses(request)
    if reason:
        return web.json_response({"error": reason}, status=403)
    return await handler(request)
