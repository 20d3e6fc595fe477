"""How a group's chain, rota and hours are laid down as plain data, and read back."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from bot.groups.model import ON_CALL, Escalation, Hours, Response, Rota, Step

Plain = Mapping[str, Any]


def of_escalation(escalation: Escalation) -> dict[str, Any]:
    """Lay a chain down."""
    return {
        "chain": [step if isinstance(step, str) else list(step) for step in escalation.chain],
        "acknowledge_within": int(escalation.acknowledge_within.total_seconds()),
        "waits": [None if wait is None else int(wait.total_seconds()) for wait in escalation.waits],
        "last_resort": escalation.last_resort,
        "contact_within": int(escalation.contact_within.total_seconds()),
        "digest_at": escalation.digest_at.strftime("%H:%M"),
        "second_net": escalation.second_net,
    }


def escalation(plain: Plain) -> Escalation:
    """Read a chain back; one that was stored before a setting came has that setting's default."""
    later: dict[str, Any] = {}
    if "contact_within" in plain:
        later["contact_within"] = timedelta(seconds=plain["contact_within"])
    if "digest_at" in plain:
        later["digest_at"] = time.fromisoformat(plain["digest_at"])
    return Escalation(
        chain=tuple(_step(step) for step in plain["chain"]),
        acknowledge_within=timedelta(seconds=plain["acknowledge_within"]),
        waits=tuple(None if wait is None else timedelta(seconds=wait) for wait in plain.get("waits", ())),
        last_resort=plain.get("last_resort"),
        second_net=plain.get("second_net", False),
        **later,
    )


def of_rota(rota: Rota) -> dict[str, Any]:
    """Lay a rota down."""
    return {
        "shifts": [_of_hours(shift) for shift in rota.shifts],
        "off_duty": [_of_hours(hours) for hours in rota.off_duty],
    }


def rota(plain: Plain) -> Rota:
    """Read a rota back."""
    return Rota(
        shifts=tuple(_hours(each) for each in plain["shifts"]),
        off_duty=tuple(_hours(each) for each in plain["off_duty"]),
    )


def of_response(response: Response) -> dict[str, Any]:
    """Lay down what members are told about answers."""
    return {"hours": response.hours, "within": int(response.within.total_seconds())}


def response(plain: Plain) -> Response:
    """Read back what members are told about answers."""
    return Response(hours=plain["hours"], within=timedelta(seconds=plain["within"]))


def _step(plain: Any) -> Step:
    if plain == ON_CALL:
        return "on-call"
    return tuple(plain) if isinstance(plain, list) else "everyone"


def _of_hours(hours: Hours) -> dict[str, Any]:
    return {
        "who": hours.who,
        "days": list(hours.days),
        "start": hours.start.strftime("%H:%M"),
        "end": hours.end.strftime("%H:%M"),
    }


def _hours(plain: Plain) -> Hours:
    return Hours(
        who=plain["who"],
        days=tuple(plain["days"]),
        start=time.fromisoformat(plain["start"]),
        end=time.fromisoformat(plain["end"]),
    )
