"""Embeds as Discord gives them back."""

from collections.abc import Mapping

from sandbox.model import JSON

PICTURES = ("image", "thumbnail")
PROTOCOL = "attachment://"
USING = (*PICTURES, "footer", "author")
KEPT = ("title", "description", "url", "color", "timestamp")


def settle(embed: JSON, uploaded: Mapping[str, JSON]) -> JSON:
    """Turn a sent embed into a stored one: always rich, with its pictures' addresses resolved."""
    body: JSON = {"type": "rich"} | {key: embed[key] for key in KEPT if embed.get(key) is not None}
    if embed.get("fields"):
        body["fields"] = [
            {"name": f["name"], "value": f["value"], "inline": bool(f.get("inline"))} for f in embed["fields"]
        ]
    for key in PICTURES:
        if embed.get(key):
            body[key] = _picture(str(embed[key]["url"]), uploaded)
    for key in ("footer", "author"):
        if embed.get(key):
            body[key] = _with_icon(embed[key], uploaded)
    return body


def _picture(url: str, uploaded: Mapping[str, JSON]) -> JSON:
    file = attached(url, uploaded)
    if file is None:
        return {"url": url, "proxy_url": url}
    kept = ("url", "proxy_url", "width", "height", "content_type", "description")
    return {key: file[key] for key in kept if file.get(key) is not None}


def _with_icon(part: JSON, uploaded: Mapping[str, JSON]) -> JSON:
    body = {key: value for key, value in part.items() if value is not None}
    if "icon_url" in body:
        file = attached(body["icon_url"], uploaded)
        body["icon_url"] = body["proxy_icon_url"] = file["url"] if file else body["icon_url"]
    return body


def attached(url: str, uploaded: Mapping[str, JSON]) -> JSON | None:
    """Find the attached file for `attachment://name`."""
    return uploaded.get(url.removeprefix(PROTOCOL)) if url.startswith(PROTOCOL) else None


def used_files(embeds: list[JSON]) -> set[str]:
    """Name the attached files that embeds show; Discord does not list those as attachments."""
    urls = [
        str(part.get("url") or part.get("icon_url")) for embed in embeds for key in USING if (part := embed.get(key))
    ]
    return {url.removeprefix(PROTOCOL) for url in urls if url.startswith(PROTOCOL)}
