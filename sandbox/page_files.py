"""Serves the page's files and the attachments."""

import mimetypes
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

from sandbox.registry import Registry

CSP = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
SHOWN_INLINE = ("image/", "text/plain", "video/", "audio/")


def _file(parts: list[str]) -> Traversable | None:
    place: Traversable = files("sandbox") / "page"
    for part in parts:
        if part in ("", ".", "..") or "\\" in part:
            return None
        place = place / part
    return place if place.is_file() else None


def _respond(parts: list[str]) -> web.Response:
    found = _file(parts)
    if found is None:
        return web.Response(status=404, text="There is no such file.", headers=HEADERS)
    kind = mimetypes.guess_type(parts[-1])[0] or "application/octet-stream"
    kind = "text/javascript" if kind == "application/javascript" else kind
    charset = "utf-8" if kind.startswith("text/") or kind in ("application/json", "image/svg+xml") else None
    return web.Response(body=found.read_bytes(), content_type=kind, charset=charset, headers=HEADERS)


async def index(request: web.Request) -> web.Response:
    """Serve the page."""
    return _respond(["index.html"])


async def file(request: web.Request) -> web.Response:
    """Serve a file of the page."""
    return _respond(request.match_info["path"].split("/"))


def attachments(world: Registry) -> web.RouteDef:
    """Make the route that serves attachments."""

    async def attachment(request: web.Request) -> web.Response:
        given = request.match_info["id"]
        found = world.files.get(int(given)) if given.isdigit() else None
        if found is None or found.filename != request.match_info["name"]:
            return web.Response(status=404, text="This content is no longer available.", headers=HEADERS)
        inline = found.content_type.startswith(SHOWN_INLINE) and "svg" not in found.content_type
        disposition = {"Content-Disposition": "inline" if inline else "attachment", "Content-Type": found.content_type}
        return web.Response(body=found.content, headers=HEADERS | disposition)

    return web.get("/attachments/{channel}/{id}/{name}", attachment)
