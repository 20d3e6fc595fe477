"""The buttons with which a therapist moves a case or a note on. Each carries a row id; every press checks rights."""

from collections.abc import Awaitable, Callable

import discord
from discord import ui

from bot.app import Parts
from bot.crisis.cases.model import NOBODY, Case, CaseNotFound, CaseState, NotATherapist, Source
from bot.crisis.notes.model import NoteNotFound
from bot.groups.model import Group
from bot.outbox.model import SendProblem
from bot.words import Words
from cogs.crisis.live import read_again
from cogs.crisis.therapist_card import SIGNALS_SHOWN, case_layout
from cogs.crisis.therapist_form import close_form
from cogs.crisis.views import PREFIX, taken_view
from cogs.shared.interactions import SafeButton, SafeView, answer_privately
from cogs.shared.private_word import PrivateWord, Word

NOTE, FOLLOW_UP = "note", "case-follow-up"
_ROW = "[0-9]{1,18}"
_CHOICES = 25
_NAME_LENGTH = 100

Press = Callable[[discord.Interaction, int], Awaitable[None]]


def therapist_buttons(client: discord.Client, parts: Parts, private_word: PrivateWord) -> tuple[type[SafeButton], ...]:
    """Make the classes of the buttons, bound to their services, for `client.add_dynamic_items`."""
    acts = TherapistActs(client, parts, private_word)
    return (
        _button(rf"{PREFIX}:(?P<row>{_ROW}):contacted", acts.contacted),
        _button(rf"{PREFIX}:(?P<row>{_ROW}):card", acts.card),
        _button(rf"{PREFIX}:(?P<row>{_ROW}):room", acts.room),
        _button(rf"{PREFIX}:(?P<row>{_ROW}):hand", acts.hand),
        _button(rf"{PREFIX}:(?P<row>{_ROW}):close", acts.close),
        _button(rf"{NOTE}:(?P<row>{_ROW}):seen", acts.note_seen),
        _button(rf"{NOTE}:(?P<row>{_ROW}):case", acts.note_case),
        _button(rf"{FOLLOW_UP}:(?P<row>{_ROW}):done", acts.follow_up_done),
    )


def _button(template: str, press: Press) -> type[SafeButton]:
    class TherapistButton(SafeButton, template=template):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await press(interaction, int(self.row_id))

    return TherapistButton


class TherapistActs:
    """What each press does: one call of a service, and an answer that only the presser sees."""

    def __init__(self, client: discord.Client, parts: Parts, private_word: PrivateWord) -> None:
        self._client = client
        self._parts = parts
        self._private_word = private_word

    async def contacted(self, interaction: discord.Interaction, case_id: int) -> None:
        """Record contact."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            moved = await self._parts.holding.contacted(case_id, interaction.user.id, self._parts.clock.now())
        except (CaseNotFound, NotATherapist) as problem:
            await answer_privately(interaction, self._refusal(problem))
            return
        words = self._words(moved.case.group_key)
        said = words("crisis.contacted.noted", code=moved.case.code) if moved.done else told_late(moved.case, words)
        await answer_privately(interaction, said)

    async def card(self, interaction: discord.Interaction, case_id: int) -> None:
        """Show a case; the look is logged."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self.show_card(interaction, case_id)

    async def show_card(self, interaction: discord.Interaction, case_id: int) -> None:
        """Show a case to somebody whose interaction was answered with "thinking"."""
        now = self._parts.clock.now()
        try:
            file = await self._parts.case_files.open(case_id, interaction.user.id, now)
        except (CaseNotFound, NotATherapist) as problem:
            await answer_privately(interaction, self._refusal(problem))
            return
        live = [
            (signal, await read_again(self._client, self._parts.screeners, file.group, signal))
            for signal in file.signals[-SIGNALS_SHOWN:]
        ]
        layout = case_layout(file, live, self._words(file.group.key), now)
        await interaction.followup.send(view=layout, ephemeral=True)

    async def room(self, interaction: discord.Interaction, case_id: int) -> None:
        """Bring the presser into the member's private thread."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._case_of(interaction, case_id)
        if found is None:
            return
        case, group = found
        words = self._words(group.key)
        refused = await self._no_room(case)
        if refused is not None:
            await answer_privately(interaction, words(refused, code=case.code))
            return
        word = Word(
            full=words("cases.room.for_member", therapist=interaction.user.id),
            short=None,
            thread_name=words("crisis.member.thread_name"),
            nonce=str(interaction.id),
        )
        try:
            thread = await self._private_word.room(group, case.member_id, interaction.user.id, word)
        except SendProblem:
            await answer_privately(interaction, words("cases.room.failed"))
            return
        await self._parts.holding.room_opened(case.id, interaction.user.id, self._parts.clock.now())
        await answer_privately(interaction, words("cases.room.opened", thread=thread, member=case.member_id))

    async def hand(self, interaction: discord.Interaction, case_id: int) -> None:
        """Ask who takes the case."""
        found = await self._case_of(interaction, case_id)
        if found is None:
            return
        case, group = found
        words = self._words(group.key)
        others = [person for person in group.therapists if person != interaction.user.id]
        if case.state is CaseState.CLOSED or not others:
            name = "cases.hand.nobody" if not others else "crisis.acknowledge.nobody"
            await answer_privately(interaction, words(name, code=case.code))
            return
        view = SafeView(timeout=600)
        names = await self._names(group)
        view.add_item(_HandTo(self, case, {person: names[person] for person in others[:_CHOICES]}, words))
        await answer_privately(interaction, words("cases.hand.choose", code=case.code), view=view)

    async def hand_to(self, interaction: discord.Interaction, case: Case, to_id: int) -> None:
        """Hand a case over to whom the presser chose."""
        try:
            moved = await self._parts.holding.hand_over(case.id, interaction.user.id, to_id, self._parts.clock.now())
        except (CaseNotFound, NotATherapist) as problem:
            await answer_privately(interaction, self._refusal(problem))
            return
        words = self._words(case.group_key)
        name = "cases.hand.done" if moved.done else "crisis.acknowledge.nobody"
        await answer_privately(interaction, words(name, to=to_id, code=case.code))

    async def close(self, interaction: discord.Interaction, case_id: int) -> None:
        """Show the form with which a case is closed."""
        found = await self._case_of(interaction, case_id)
        if found is None:
            return
        case, group = found
        words = self._words(group.key)
        if case.state is CaseState.CLOSED:
            await answer_privately(interaction, words("crisis.acknowledge.nobody", code=case.code))
            return
        await interaction.response.send_modal(close_form(case, await self._names(group), interaction.user.id, words))

    async def note_seen(self, interaction: discord.Interaction, note_id: int) -> None:
        """Settle a note as seen."""
        await self._note(interaction, note_id, open_case=False)

    async def note_case(self, interaction: discord.Interaction, note_id: int) -> None:
        """Open a case for a note."""
        await self._note(interaction, note_id, open_case=True)

    async def _note(self, interaction: discord.Interaction, note_id: int, *, open_case: bool) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        act = self._parts.notes.open_case if open_case else self._parts.notes.seen
        try:
            settled = await act(note_id, interaction.user.id, self._parts.clock.now())
        except NoteNotFound:
            await answer_privately(interaction, self._words(None)("cases.note.gone"))
            return
        except NotATherapist as problem:
            await answer_privately(interaction, self._refusal(problem))
            return
        words = self._words(settled.note.group_key)
        if settled.case is not None:
            view = taken_view(settled.case, words)
            await answer_privately(interaction, words("cases.note.opened", code=settled.case.code), view=view)
        elif settled.first:
            await answer_privately(interaction, words("cases.note.seen"))
        else:
            await answer_privately(interaction, words("cases.note.settled", by=settled.note.settled_by))

    async def follow_up_done(self, interaction: discord.Interaction, follow_up_id: int) -> None:
        """Note that somebody looked again."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            found, first = await self._parts.closing.follow_up_done(
                follow_up_id, interaction.user.id, self._parts.clock.now()
            )
        except CaseNotFound:
            await answer_privately(interaction, self._words(None)("cases.follow_up.gone"))
            return
        except NotATherapist as problem:
            await answer_privately(interaction, self._refusal(problem))
            return
        words = self._words(found.group_key)
        said = words("cases.follow_up.done") if first else words("cases.follow_up.late", by=found.done_by)
        await answer_privately(interaction, said)

    async def _case_of(self, interaction: discord.Interaction, case_id: int) -> tuple[Case, Group] | None:
        """Return a case and its group to one of its therapists; everybody else is told."""
        case = await self._parts.cases.get(case_id)
        group = self._parts.groups.get(case.group_key) if case else None
        if case is None or group is None:
            await answer_privately(interaction, self._refusal(CaseNotFound()))
            return None
        if interaction.user.id not in group.therapists:
            await answer_privately(interaction, self._refusal(NotATherapist()))
            return None
        return case, group

    async def _no_room(self, case: Case) -> str | None:
        """Name the text that says why there is no room for this case, None where there can be one."""
        if case.member_id == NOBODY:
            return "cases.room.nobody"
        if case.state is CaseState.CLOSED:
            return "cases.room.closed"
        sources = {signal.source for signal in await self._parts.cases.signals(case)}
        return "cases.room.report_only" if sources == {Source.REPORT} else None

    async def _names(self, group: Group) -> dict[int, str]:
        """Return the therapists' names on the server, as far as Discord tells them."""
        guild = self._client.get_guild(group.server)
        members = {person: guild.get_member(person) if guild else None for person in group.therapists}
        return {person: member.display_name if member else str(person) for person, member in members.items()}

    def _words(self, group_key: str | None) -> Words:
        return self._parts.crisis_texts.words(self._parts.groups.get(group_key) if group_key else None)

    def _refusal(self, problem: Exception) -> str:
        name = "crisis.acknowledge.gone" if isinstance(problem, CaseNotFound) else "crisis.acknowledge.not_yours"
        return self._words(None)(name)


class _HandTo(ui.Select[SafeView]):
    """The list of those to whom a case can be handed over; it works for the few minutes in which it stands there."""

    def __init__(self, acts: TherapistActs, case: Case, people: dict[int, str], words: Words) -> None:
        options = [
            discord.SelectOption(label=name[:_NAME_LENGTH], value=str(person)) for person, name in people.items()
        ]
        super().__init__(placeholder=words("cases.hand.placeholder"), options=options)
        self._acts = acts
        self._case = case

    async def callback(self, interaction: discord.Interaction) -> None:
        """Hand the case over."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._acts.hand_to(interaction, self._case, int(self.values[0]))


def told_late(case: Case, words: Words) -> str:
    """Tell somebody whose act came too late who was first."""
    if case.state is CaseState.CLOSED or case.contacted_at is None:
        return words("crisis.acknowledge.nobody", code=case.code)
    when = f"<t:{int(case.contacted_at.timestamp())}:R>"
    return words("crisis.contacted.late", by=case.contacted_by, code=case.code, when=when)
