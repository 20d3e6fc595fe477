"""What an embed may hold."""

from sandbox.limits.form import Form
from sandbox.model import JSON

# Source: Discord's documentation, embed limits.
TITLE, DESCRIPTION, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, AUTHOR, TOTAL = 256, 4096, 25, 256, 1024, 2048, 256, 6000
SCHEMES = ("http://", "https://", "attachment://")


def check(errors: Form, embeds: list[JSON]) -> None:
    """Check the embeds of a message."""
    total = 0
    for index, embed in enumerate(embeds):
        total += _check_one(errors, f"embeds.{index}", embed)
    if total > TOTAL:
        errors.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {TOTAL}")


def _check_one(errors: Form, path: str, embed: JSON) -> int:
    errors.text(f"{path}.title", embed.get("title"), 0, TITLE)
    errors.text(f"{path}.description", embed.get("description"), 0, DESCRIPTION)
    errors.number(f"{path}.color", embed.get("color"), 0, 0xFFFFFF)
    total = len(embed.get("title") or "") + len(embed.get("description") or "")
    for key, name, most in (("footer", "text", FOOTER), ("author", "name", AUTHOR)):
        part = embed.get(key)
        if part:
            errors.text(f"{path}.{key}.{name}", part.get(name), 1, most)
            total += len(part.get(name) or "")
    for key in ("image", "thumbnail"):
        _check_url(errors, f"{path}.{key}.url", (embed.get(key) or {}).get("url"))
    total += _check_fields(errors, path, embed.get("fields") or [])
    if not total and not embed.get("image") and not embed.get("thumbnail"):
        errors.add(f"{path}.description", "BASE_TYPE_REQUIRED", "This field is required")
    return total


def _check_fields(errors: Form, path: str, fields: list[JSON]) -> int:
    if len(fields) > FIELDS:
        errors.length(f"{path}.fields", 0, FIELDS)
    for index, entry in enumerate(fields):
        errors.text(f"{path}.fields.{index}.name", entry.get("name") or None, 1, FIELD_NAME)
        errors.text(f"{path}.fields.{index}.value", entry.get("value") or None, 1, FIELD_VALUE)
    return sum(len(entry.get("name") or "") + len(entry.get("value") or "") for entry in fields)


def _check_url(errors: Form, path: str, url: str | None) -> None:
    if url and not url.startswith(SCHEMES):
        text = f"Scheme \"{url.split(':')[0]}\" is not supported. Scheme must be one of ('http', 'https')."
        errors.add(path, "URL_TYPE_INVALID_SCHEME", text)
