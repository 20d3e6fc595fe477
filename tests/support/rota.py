"""The Tuesday circle with a rota: its chain asks who is on call."""

from tests.support.groups import MARIA, TOM, TUESDAY


def shift(who: int, days: str = "mon tue wed thu fri sat sun", start: str = "00:00", end: str = "24:00") -> str:
    """Write one weekly shift for a groups file."""
    listed = ", ".join(f'"{day}"' for day in days.split())
    return f'\n[[group.on_call]]\nwho = {who}\ndays = [{listed}]\nfrom = "{start}"\nto = "{end}"\n'


def off_duty(who: int, days: str, start: str, end: str) -> str:
    """Write one off-duty time for a groups file."""
    return shift(who, days, start, end).replace("on_call", "off_duty")


ASKS = TUESDAY.replace(f'[[{MARIA}], [{TOM}], "everyone"]', '["on-call", "everyone"]')
ALWAYS_TOM = ASKS + shift(TOM)
