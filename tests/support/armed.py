"""A group whose alarm is set up, so that stories about other things are not about that."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from bot.app import Parts
from bot.crisis.alarm.model import CareLook
from bot.groups.model import Group, Response
from bot.outbox.store import outbox


async def arm(parts: Parts, group: Group, owner: int, now: datetime) -> None:
    """Do what therapists do to set the alarm up, and forget the notices that this leads to."""
    by = group.therapists[0]
    await parts.alarm.confirm_care(group, CareLook(exists=True, overseers=(owner,)), by, now)
    page = await parts.alarm.send_test(group, by, now)
    await parts.alarm.answer(page.id, by, now)
    await parts.confirmed_lines.confirm(group, by, now)
    await parts.alarm.set_response(group, Response("Monday to Friday, 9 to 17", timedelta(hours=4)), by, now)
    report = await parts.alarm.confirm_told(group, by, now)
    assert report.armed, report.missing
    async with parts.database.write() as tx:
        await tx.execute(delete(outbox))
