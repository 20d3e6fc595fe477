"""Reads a message out of a request body, whoever it is for: channel, interaction or follow-up."""

from sandbox import media
from sandbox.acts.messages import Change, Draft
from sandbox.errors import refused
from sandbox.limits import message as limits
from sandbox.model import JSON, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, Attachment, Message
from sandbox.payloads import embeds, parts
from sandbox.payloads import messages as payload
from sandbox.registry import Registry
from sandbox.rest.call import Upload

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILES = 10
KEPT_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | (1 << 13) | (1 << 15)


def attachments(world: Registry, form: JSON, files: list[Upload], *, ephemeral: bool = False) -> list[Attachment]:
    """Make the attachments of the files that came along, with the texts that the body gives them."""
    if len(files) > MAX_FILES:
        raise limits.too_many_files(MAX_FILES)
    described = {str(entry.get("id")): entry for entry in form.get("attachments") or []}
    made = []
    for file in files:
        if len(file.content) > MAX_FILE_BYTES:
            raise refused(40005)
        entry = described.get(str(file.index), {})
        name = media.safe_name(entry.get("filename") or file.filename)
        made.append(media.attachment(world.ids.snowflake(), name, file.content, entry.get("description"), ephemeral))
    world.files |= {file.id: file for file in made}
    return made


def _by_name(world: Registry, channel_id: int, files: list[Attachment]) -> dict[str, JSON]:
    return {file.filename: payload.attachment(world, channel_id, file) for file in files}


def draft(world: Registry, channel_id: int, form: JSON, files: list[Upload], *, ephemeral: bool = False) -> Draft:
    """Read a new message and hold it against Discord's limits."""
    limits.check_create(form, has_files=bool(files))
    new = attachments(world, form, files, ephemeral=ephemeral)
    uploaded = _by_name(world, channel_id, new)
    hidden = embeds.used_files(form.get("embeds") or [])
    return Draft(
        content=str(form.get("content") or ""),
        embeds=[embeds.settle(embed, uploaded) for embed in form.get("embeds") or []],
        components=parts.settle(world, form.get("components") or [], uploaded),
        attachments=[file for file in new if file.filename not in hidden],
        flags=int(form.get("flags") or 0) & KEPT_FLAGS,
        nonce=form.get("nonce"),
        enforce_nonce=bool(form.get("enforce_nonce")),
        tts=bool(form.get("tts")),
        reference=form.get("message_reference"),
        allowed_mentions=form.get("allowed_mentions"),
        poll=parts.poll(world, form.get("poll")),
    )


def change(world: Registry, message: Message, form: JSON, files: list[Upload]) -> Change:
    """Read an edit and hold it against Discord's limits."""
    limits.check_edit(form, message)
    new = attachments(world, form, files, ephemeral=message.only_for is not None)
    kept = message.attachments
    if form.get("attachments") is not None:
        named = {str(entry.get("id")) for entry in form["attachments"]}
        kept = [file for file in message.attachments if str(file.id) in named]
    together = [*kept, *new]
    uploaded = _by_name(world, message.channel_id, together)
    hidden = embeds.used_files(form.get("embeds") or [])
    result = Change(allowed_mentions=form.get("allowed_mentions"))
    if "content" in form:
        result.content = str(form["content"] or "")
    if "embeds" in form:
        result.embeds = [embeds.settle(embed, uploaded) for embed in form["embeds"] or []]
    if "components" in form:
        result.components = parts.settle(world, form["components"] or [], uploaded)
    if files or form.get("attachments") is not None:
        result.attachments = [file for file in together if file.filename not in hidden]
    if form.get("flags") is not None:
        changed = SUPPRESS_EMBEDS | (1 << 15)
        result.flags = (message.flags & ~changed) | (int(form["flags"]) & changed) | (message.flags & (1 << 15))
    return result
