"""What a message may hold."""

from sandbox.errors import ApiError, refused
from sandbox.limits import components as component_limits
from sandbox.limits import embeds as embed_limits
from sandbox.limits.form import Form, refuse
from sandbox.model import COMPONENTS_V2, JSON, Message

# Source: Discord's documentation, Create Message.
MOST_CHARACTERS = 2000
MOST_EMBEDS = 10
LONGEST_NONCE = 25
MOST_STICKERS = 3
MOST_MENTIONED = 100
HAS_SOMETHING = ("content", "embeds", "components", "sticker_ids", "poll")


def too_many_files(most: int) -> ApiError:
    """Make the error for too many files."""
    return refuse("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def check_create(form: JSON, *, has_files: bool) -> None:
    """Check a new message."""
    errors = Form()
    _check(errors, form, v2=bool(int(form.get("flags") or 0) & COMPONENTS_V2))
    nonce = form.get("nonce")
    if isinstance(nonce, str) and len(nonce) > LONGEST_NONCE:
        errors.length("nonce", 0, LONGEST_NONCE)
    reference = form.get("message_reference")
    if reference is not None:
        errors.choice("message_reference.type", reference.get("type"), (0,))
        errors.text("message_reference.message_id", str(reference.get("message_id") or "") or None, 1, 20)
    _check_poll(errors, form.get("poll"))
    errors.done()
    blank = not str(form.get("content") or "").strip()
    if form.get("sticker_ids"):
        raise refused(50081)
    if blank and not has_files and not any(form.get(key) for key in HAS_SOMETHING if key != "content"):
        raise refused(50006)


def check_edit(form: JSON, message: Message) -> None:
    """Check a change of a message."""
    errors = Form()
    was_v2 = bool(message.flags & COMPONENTS_V2)
    v2 = bool(int(form.get("flags") or 0) & COMPONENTS_V2) or was_v2
    if was_v2 and form.get("flags") is not None and not int(form["flags"]) & COMPONENTS_V2:
        errors.add("flags", "CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The components V2 flag cannot be removed")
    _check(errors, form, v2=v2)
    if v2 and not was_v2 and ((message.content and "content" not in form) or (message.embeds and "embeds" not in form)):
        errors.add("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", V2_EXCLUDES.format("content"))
    errors.done()


V2_EXCLUDES = "The '{}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"


def _check(errors: Form, form: JSON, *, v2: bool) -> None:
    errors.text("content", form.get("content"), 0, MOST_CHARACTERS)
    embeds = errors.objects("embeds", form.get("embeds"))
    components = errors.objects("components", form.get("components"))
    errors.objects("attachments", form.get("attachments"))
    if len(embeds) > MOST_EMBEDS:
        errors.length("embeds", 0, MOST_EMBEDS)
    embed_limits.check(errors, embeds)
    component_limits.check(errors, components, v2=v2)
    if len(form.get("sticker_ids") or []) > MOST_STICKERS:
        errors.length("sticker_ids", 0, MOST_STICKERS)
    if v2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if form.get(key):
                errors.add(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", V2_EXCLUDES.format(key))
    _check_mentions(errors, form.get("allowed_mentions"))


def _check_mentions(errors: Form, allowed: JSON | None) -> None:
    if allowed is None:
        return
    for index, kind in enumerate(allowed.get("parse") or []):
        errors.choice(f"allowed_mentions.parse.{index}", kind, ("users", "roles", "everyone"))
    for kind in ("users", "roles"):
        listed = allowed.get(kind) or []
        if len(listed) > MOST_MENTIONED:
            errors.length(f"allowed_mentions.{kind}", 0, MOST_MENTIONED)
        if listed and kind in (allowed.get("parse") or []):
            text = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            errors.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)


def _check_poll(errors: Form, poll: JSON | None) -> None:
    if poll is None:
        return
    errors.text("poll.question.text", (poll.get("question") or {}).get("text"), 1, 300)
    answers = poll.get("answers") or []
    if not 1 <= len(answers) <= 10:  # noqa: PLR2004 - the documented limit
        errors.length("poll.answers", 1, 10)
    for index, answer in enumerate(answers):
        errors.text(f"poll.answers.{index}.poll_media.text", answer.get("poll_media", {}).get("text"), 1, 55)
    errors.number("poll.duration", poll.get("duration"), 1, 768)
