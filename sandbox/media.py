"""What a file is and how large a picture in it is, from its first bytes."""

import mimetypes
import re
import struct

from sandbox.model import Attachment

UNSAFE = re.compile(r"[^\w.\-]+")
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
JPEG_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))


def safe_name(given: str) -> str:
    """Make a file name that is safe in an address, as Discord does."""
    return UNSAFE.sub("_", given).strip("_") or "unknown"


def content_type(filename: str, content: bytes) -> str:
    """Tell the type of a file by its name, else by its bytes."""
    guessed = mimetypes.guess_type(filename)[0]
    if guessed is None:
        guessed = "text/plain; charset=utf-8" if _is_text(content) else "application/octet-stream"
    return guessed


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def attachment(
    attachment_id: int, filename: str, content: bytes, description: str | None = None, ephemeral: bool = False
) -> Attachment:
    """Make an attachment, with its size in pixels if it is a picture."""
    width, height = picture_size(content)
    kind = content_type(filename, content)
    return Attachment(attachment_id, filename, content, kind, description, width, height, ephemeral)


def picture_size(content: bytes) -> tuple[int | None, int | None]:
    """Read width and height of a PNG, GIF or JPEG."""
    if content.startswith(PNG) and len(content) >= 24:  # noqa: PLR2004 - the header's length
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if content.startswith(JPEG) else (None, None)


def _jpeg_size(content: bytes) -> tuple[int | None, int | None]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:  # noqa: PLR2004 - a JPEG marker
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        if content[at + 1] in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None, None
