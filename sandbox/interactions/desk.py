"""The desk at which interactions are opened by people and answered by the bot."""

import asyncio
import secrets
from datetime import timedelta

from sandbox.acts import messages as message_acts
from sandbox.acts.messages import Change, Draft
from sandbox.bus import Event
from sandbox.errors import refused, unknown
from sandbox.interactions import payload
from sandbox.interactions.model import Callback, Interaction, Kind, State
from sandbox.limits.form import refuse
from sandbox.model import EPHEMERAL, JSON, LOADING, Channel, Message, MessageType, User
from sandbox.registry import Registry

TOKEN_HOLDS = timedelta(minutes=15)
DID_NOT_RESPOND = "The application did not respond"
ALLOWED = {
    Kind.COMMAND: (Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.MODAL),
    Kind.COMPONENT: (
        Callback.MESSAGE,
        Callback.DEFERRED_MESSAGE,
        Callback.DEFERRED_UPDATE,
        Callback.UPDATE,
        Callback.MODAL,
    ),
    Kind.AUTOCOMPLETE: (Callback.CHOICES,),
    Kind.MODAL: (Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.DEFERRED_UPDATE, Callback.UPDATE),
}


class Desk:
    """All interactions. The bot has `answer_within` real seconds for its first answer, as Discord's three."""

    def __init__(self, world: Registry, answer_within: float) -> None:
        self.world = world
        self.answer_within = answer_within
        self.interactions: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def open(
        self,
        kind: Kind,
        user: User,
        channel: Channel,
        data: JSON,
        *,
        message: Message | None = None,
        cause: Interaction | None = None,
        command: JSON | None = None,
    ) -> Interaction:
        """Tell the bot of an interaction and wait for its answer, but not for ever."""
        subject = Interaction(
            self.world.ids.snowflake(),
            secrets.token_urlsafe(48),
            kind,
            user,
            channel,
            self.world.ids.now(),
            data,
            message,
            cause,
            command,
        )
        self.interactions[subject.id] = subject
        self._by_token[subject.token] = subject
        loop = asyncio.get_running_loop()
        self._timers[subject.id] = loop.call_later(self.answer_within, self._fail, subject)
        body = payload.interaction(self.world, subject)
        guild = self.world.guild_of(channel)
        only = frozenset({self.world.bot.id})
        self.world.publish(Event("INTERACTION_CREATE", body, guild=guild, only=only, people=False))
        return subject

    def _fail(self, subject: Interaction) -> None:
        if subject.state is not State.OPEN:
            return
        subject.state = State.FAILED
        subject.settled.set()
        if subject.cause is not None and subject.form is not None:
            subject.cause.modal = subject.form  # nobody took it: it may be sent once more
        if subject.kind is not Kind.AUTOCOMPLETE:
            data = {"message": DID_NOT_RESPOND, "interaction": str(subject.id)}
            only = frozenset({subject.user.id})
            self.world.publish(Event("INTERACTION_FAILED", data, only=only, bot=False))

    def find_open(self, interaction_id: int, token: str) -> Interaction:
        """Find an interaction that still waits for its first answer."""
        subject = self.interactions.get(interaction_id)
        if subject is None or subject.token != token or subject.state is State.FAILED:
            raise unknown("interaction")
        if subject.state is State.ANSWERED:
            raise refused(40060)
        return subject

    def find_answered(self, application_id: int, token: str) -> Interaction:
        """Find an interaction that can take follow-ups."""
        subject = self._by_token.get(token)
        if subject is None or application_id != self.world.application.id or subject.state is not State.ANSWERED:
            raise unknown("webhook")
        if self.world.ids.now() - subject.created_at > TOKEN_HOLDS:
            raise refused(50027)
        return subject

    def require_allowed(self, subject: Interaction, callback: Callback) -> None:
        """Refuse an answer that this kind of interaction does not take."""
        updates = callback in (Callback.UPDATE, Callback.DEFERRED_UPDATE)
        if callback not in ALLOWED[subject.kind] or (updates and self._updated(subject) is None):
            shown = ", ".join(str(int(kind)) for kind in ALLOWED[subject.kind])
            raise refuse("type", "BASE_TYPE_CHOICES", f"Value must be one of ({shown}).")

    @staticmethod
    def _updated(subject: Interaction) -> Message | None:
        return subject.first_cause.message

    def settle(self, subject: Interaction, callback: Callback) -> None:
        """Note the first answer."""
        subject.state = State.ANSWERED
        subject.callback = callback
        subject.settled.set()
        timer = self._timers.pop(subject.id, None)
        if timer:
            timer.cancel()

    def answer_message(self, subject: Interaction, draft: Draft) -> Message:
        """Answer with a message."""
        self.settle(subject, Callback.MESSAGE)
        subject.original = self._post(subject, draft)
        return subject.original

    def defer(self, subject: Interaction, *, ephemeral: bool) -> Message:
        """Answer that a message will come."""
        self.settle(subject, Callback.DEFERRED_MESSAGE)
        subject.loading = True
        subject.original = self._post(subject, Draft(flags=LOADING | (EPHEMERAL if ephemeral else 0)))
        return subject.original

    def defer_update(self, subject: Interaction) -> Message | None:
        """Answer that the message with the component may change later."""
        self.settle(subject, Callback.DEFERRED_UPDATE)
        subject.original = self._updated(subject)
        return subject.original

    def update(self, subject: Interaction, change: Change) -> Message:
        """Answer by changing the message with the component."""
        message = self._updated(subject)
        if message is None:
            raise unknown("message")
        self.settle(subject, Callback.UPDATE)
        subject.original = message
        return message_acts.edit(self.world, message, change)

    def updated_message(self, subject: Interaction) -> Message:
        """Give the message that an update would change."""
        message = self._updated(subject)
        if message is None:
            raise unknown("message")
        return message

    def offer_choices(self, subject: Interaction, choices: list[JSON]) -> None:
        """Answer with choices that complete an option."""
        subject.choices = choices
        self.settle(subject, Callback.CHOICES)

    def show_modal(self, subject: Interaction, form: JSON) -> None:
        """Answer with a modal for the person who acted."""
        subject.modal = form
        self.settle(subject, Callback.MODAL)
        data = {
            "id": str(subject.id),
            "interaction": str(subject.id),
            "custom_id": form["custom_id"],
            "title": form["title"],
            "components": form["components"],
        }
        self.world.publish(Event("MODAL", data, only=frozenset({subject.user.id}), bot=False))

    def follow_up(self, subject: Interaction, draft: Draft) -> Message:
        """Send a further message; the first one after a deferral completes that."""
        if subject.loading and subject.original:
            return self.complete(subject, _as_change(draft))
        return self._post(subject, draft)

    def complete(self, subject: Interaction, change: Change) -> Message:
        """Turn the deferred message into a real one."""
        message = subject.original
        if message is None:
            raise unknown("message")
        subject.loading = False
        kept = message.flags & EPHEMERAL
        change.flags = ((change.flags or 0) & ~(LOADING | EPHEMERAL)) | kept
        return message_acts.edit(self.world, message, change, counts=False)

    def find_message(self, subject: Interaction, name: str) -> Message:
        """Find a message of this interaction: `@original`, or one by id."""
        if name == "@original":
            message = subject.original
        else:
            message = subject.channel.messages.get(int(name)) if name.isdigit() else None
        if message is None or message.id not in subject.channel.messages:
            raise unknown("message")
        if message.author_id != self.world.bot.id:
            raise refused(50005)
        return message

    def _post(self, subject: Interaction, draft: Draft) -> Message:
        draft.webhook_id = self.world.application.id
        draft.only_for = subject.user.id if draft.flags & EPHEMERAL else None
        original_id = subject.original.id if subject.original and subject.original.interaction else None
        draft.interaction = payload.metadata(subject, original_id)
        draft.command = payload.command(subject) if original_id is None else None
        draft.type, draft.reference = self._shape(subject, original_id)
        if draft.allowed_mentions is None:
            draft.allowed_mentions = {"parse": ["users", "roles", "everyone"]}
        return message_acts.post(self.world, self.world.bot.id, subject.channel, draft)

    @staticmethod
    def _shape(subject: Interaction, original_id: int | None) -> tuple[MessageType, JSON | None]:
        if subject.kind is Kind.COMMAND and subject.command and original_id is None:
            chat = subject.command["type"] == 1
            return (MessageType.CHAT_INPUT_COMMAND if chat else MessageType.CONTEXT_MENU_COMMAND), None
        about = subject.original if original_id else subject.first_cause.message
        if about is None:
            return MessageType.DEFAULT, None
        reference = {"type": 0, "channel_id": str(about.channel_id), "message_id": str(about.id)}
        if about.guild_id is not None:
            reference["guild_id"] = str(about.guild_id)
        return MessageType.REPLY, reference

    def close(self) -> None:
        """Stop all timers."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()


def _as_change(draft: Draft) -> Change:
    return Change(draft.content, draft.embeds, draft.components, draft.attachments, draft.flags, draft.allowed_mentions)


def callback_body(subject: Interaction, message: Message | None, *, ephemeral: bool) -> JSON:
    """Write the answer to a first answer that asked for one."""
    body: JSON = {
        "id": str(subject.id),
        "type": int(subject.kind),
        "channel_id": str(subject.channel.id),
    }
    if subject.channel.guild_id is not None:
        body["guild_id"] = str(subject.channel.guild_id)
    if message:
        body |= {
            "response_message_id": str(message.id),
            "response_message_loading": subject.loading,
            "response_message_ephemeral": ephemeral,
        }
    return body
