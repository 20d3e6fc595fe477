"""First answers to interactions, and their follow-ups."""

from sandbox.acts import messages as message_acts
from sandbox.errors import refused
from sandbox.interactions.desk import callback_body
from sandbox.interactions.model import Callback, Interaction
from sandbox.limits import commands as command_limits
from sandbox.limits import modals
from sandbox.limits.form import Form, refuse
from sandbox.model import COMPONENTS_V2, EPHEMERAL, JSON, Message
from sandbox.payloads import messages as payload
from sandbox.payloads import parts
from sandbox.rest.call import Call, Reply, Route, done, ok
from sandbox.rest.reading import change, draft


def answer(call: Call) -> Reply:
    """Take the first answer to an interaction."""
    subject = call.desk.find_open(call.id("interaction_id"), call.text("interaction_token"))
    try:
        callback = Callback(int(call.form.get("type") or 0))
    except ValueError:
        raise refuse("type", "BASE_TYPE_CHOICES", "Value must be one of (4, 5, 6, 7, 8, 9).") from None
    call.desk.require_allowed(subject, callback)
    message = HANDLERS[callback](call, subject, call.form.get("data") or {})
    if not call.flag("with_response"):
        return done()
    ephemeral = bool(message and message.flags & EPHEMERAL)
    body: JSON = {"interaction": callback_body(subject, message, ephemeral=ephemeral)}
    if message and callback in (Callback.MESSAGE, Callback.UPDATE):
        body["resource"] = {"type": int(callback), "message": payload.message(call.world, message)}
    return ok(body)


def _message(call: Call, subject: Interaction, data: JSON) -> Message:
    return call.desk.answer_message(subject, _draft(call, subject, data))


def _draft(call: Call, subject: Interaction, form: JSON) -> message_acts.Draft:
    flags = int(form.get("flags") or 0)
    new = draft(call.world, subject.channel.id, form, call.files, ephemeral=bool(flags & EPHEMERAL))
    new.flags |= flags & EPHEMERAL
    new.reference = None
    new.nonce = None
    return new


def _deferred(call: Call, subject: Interaction, data: JSON) -> Message:
    return call.desk.defer(subject, ephemeral=bool(int(data.get("flags") or 0) & EPHEMERAL))


def _deferred_update(call: Call, subject: Interaction, data: JSON) -> Message | None:
    return call.desk.defer_update(subject)


def _update(call: Call, subject: Interaction, data: JSON) -> Message:
    message = call.desk.updated_message(subject)
    return call.desk.update(subject, change(call.world, message, data, call.files))


def _choices(call: Call, subject: Interaction, data: JSON) -> None:
    errors, choices = Form(), data.get("choices") or []
    command_limits.check_choices(errors, "data.choices", choices)
    errors.done()
    call.desk.offer_choices(subject, choices)


def _modal(call: Call, subject: Interaction, data: JSON) -> None:
    modals.check(data)
    settled = data | {"components": parts.settle(call.world, data["components"], {}, in_modal=True)}
    call.desk.show_modal(subject, settled)


HANDLERS = {
    Callback.MESSAGE: _message,
    Callback.DEFERRED_MESSAGE: _deferred,
    Callback.DEFERRED_UPDATE: _deferred_update,
    Callback.UPDATE: _update,
    Callback.CHOICES: _choices,
    Callback.MODAL: _modal,
}


def _answered(call: Call) -> Interaction:
    return call.desk.find_answered(call.id("webhook_id"), call.text("webhook_token"))


def follow_up(call: Call) -> Reply:
    """Send a further message after the first answer."""
    subject = _answered(call)
    message = call.desk.follow_up(subject, _draft(call, subject, call.form))
    return ok(payload.message(call.world, message))


def get_message(call: Call) -> Reply:
    """Give the first answer or a follow-up."""
    message = call.desk.find_message(_answered(call), call.parameters.get("message_id", "@original"))
    return ok(payload.message(call.world, message))


def edit_message(call: Call) -> Reply:
    """Change the first answer or a follow-up."""
    subject = _answered(call)
    message = call.desk.find_message(subject, call.parameters.get("message_id", "@original"))
    changed = change(call.world, message, call.form, call.files)
    if subject.loading and message is subject.original:
        flags = int(call.form.get("flags") or 0) & COMPONENTS_V2
        changed.flags = flags or changed.flags
        return ok(payload.message(call.world, call.desk.complete(subject, changed)))
    return ok(payload.message(call.world, message_acts.edit(call.world, message, changed)))


def delete_message(call: Call) -> Reply:
    """Delete the first answer or a follow-up."""
    subject = _answered(call)
    message = call.desk.find_message(subject, call.parameters.get("message_id", "@original"))
    if message.author_id != call.me.id:
        raise refused(50005)
    subject.loading = subject.loading and message is not subject.original
    message_acts.delete(call.world, message)
    return done()


HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES = [
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", answer, needs_token=False),
    Route("POST", HOOK, follow_up, needs_token=False),
    Route("GET", HOOK + "/messages/@original", get_message, needs_token=False),
    Route("PATCH", HOOK + "/messages/@original", edit_message, needs_token=False),
    Route("DELETE", HOOK + "/messages/@original", delete_message, needs_token=False),
    Route("GET", HOOK + "/messages/{message_id}", get_message, needs_token=False),
    Route("PATCH", HOOK + "/messages/{message_id}", edit_message, needs_token=False),
    Route("DELETE", HOOK + "/messages/{message_id}", delete_message, needs_token=False),
]
