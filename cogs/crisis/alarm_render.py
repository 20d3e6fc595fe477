"""How the alarm's panel, test pages and the daily line look."""

from collections.abc import Iterator, Sequence

import discord
from discord import ui

from bot.crisis.alarm.model import AlarmReport, CareLook, Point, PointState, TestPage
from bot.groups.model import Group
from bot.groups.toml_file import wait_text
from bot.words import Words
from cogs.crisis.of_therapists import ago, named
from cogs.shared.forms import Form
from cogs.shared.interactions import SafeLayout

PREFIX = "alarm"
TEST_PREFIX = "alarm-test"
FORM = "alarm-response"
HOURS, WITHIN = "hours", "within"
ACTIONS = ("care", "test", "response", "draft", "told")
_HOURS_LENGTH = 150
_PEOPLE_SHOWN = 20


def panel(
    group: Group, report: AlarmReport, care: CareLook, last: TestPage | None, words: Words, told: str | None = None
) -> ui.LayoutView:
    """Lay out each point with its state and remedy, and a button for each confirmation."""
    layout = SafeLayout(timeout=None)
    state = "armed" if report.armed else "not_armed"
    head = f"### {words(f'alarm.panel.heading_{state}', group=group.label)}"
    layout.add_item(ui.TextDisplay("\n".join([*([told] if told else []), head, words("alarm.panel.always")])))
    lines = [line for point in report.points for line in _point(point, care, words)]
    layout.add_item(ui.TextDisplay("\n".join([*lines, *_last_test(last, words)])))
    buttons: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for action in ACTIONS:
        label = words(f"alarm.panel.{action}_button")
        buttons.add_item(ui.Button(label=label, custom_id=f"{PREFIX}:{group.key}:{action}"))
    layout.add_item(buttons)
    return layout


def _point(state: PointState, care: CareLook, words: Words) -> Iterator[str]:
    text = words(f"alarm.point.{state.point}_{state.reason}", **state.places)
    yield "- " + words(f"alarm.panel.{'done' if state.done else 'missing'}", text=text)
    if state.point is Point.CARE:
        for name, people in (("strangers", care.strangers), ("overseers", care.overseers)):
            if people:
                yield words(f"alarm.panel.{name}", people=named(list(people)[:_PEOPLE_SHOWN]))


def _last_test(last: TestPage | None, words: Words) -> Iterator[str]:
    if last is None:
        return
    if last.answered_at is None:
        yield words("alarm.panel.last_test_open", when=ago(last.sent_at))
    else:
        seconds = round((last.answered_at - last.sent_at).total_seconds())
        yield words("alarm.panel.last_test", when=ago(last.sent_at), seconds=seconds)


def draft(group: Group, ways: Sequence[str], words: Words) -> str:
    """Write the notice for members that a therapist may post and pin."""
    response = group.response
    text = words(
        "alarm.draft.text",
        therapists=named(group.therapists),
        hours=response.hours if response else words("alarm.draft.hours_open"),
        within=wait_text(response.within) if response else words("alarm.draft.within_open"),
        ways="\n".join(ways),
    )
    return f"{words('alarm.draft.heading')}\n```\n{text}\n```"


def response_form(group: Group, words: Words) -> Form:
    """Make the form for the hours and the response time, with what is set now."""
    form = Form(FORM, group.key, title=words("alarm.form.title"))
    present = group.response
    values = {HOURS: present.hours if present else None, WITHIN: wait_text(present.within) if present else None}
    for name, longest in ((HOURS, _HOURS_LENGTH), (WITHIN, 10)):
        field: ui.TextInput[Form] = ui.TextInput(
            custom_id=name, default=values[name], max_length=longest, required=True,
            placeholder=words(f"alarm.form.{name}_hint"),
        )  # fmt: skip
        form.add_item(ui.Label(text=words(f"alarm.form.{name}"), component=field))
    return form


def test_text(group: Group, page: TestPage, words: Words) -> str:
    """Write a test page or a drill."""
    return words(f"alarm.test.{page.kind}", who=f"<@{page.to_id}>", group=group.label)


def answered_text(group: Group, page: TestPage, words: Words) -> str:
    """Write what becomes of it once somebody has pressed."""
    when = ago(page.answered_at) if page.answered_at else ""
    return words(f"alarm.test.answered_{page.kind}", group=group.label, by=f"<@{page.answered_by}>", when=when)


def test_view(page: TestPage, words: Words) -> ui.View:
    """Return the view of a test page: one button."""
    view = ui.View(timeout=None)
    view.add_item(
        ui.Button(
            label=words("alarm.test.button"),
            style=discord.ButtonStyle.primary,
            custom_id=f"{TEST_PREFIX}:{page.id}:answer",
        )
    )
    return view
