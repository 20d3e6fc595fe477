"""Faults on demand: what goes wrong between the bot and Discord."""

from dataclasses import asdict, dataclass

from sandbox.errors import NotAllowed
from sandbox.model import JSON

AT_A_REQUEST = ("429", "5xx", "timeout")
AT_ONCE = ("drop", "invalid_session", "reconnect", "offline")
KINDS = (*AT_A_REQUEST, *AT_ONCE)


@dataclass(slots=True)
class Fault:
    """Something that goes wrong `count` times.

    `path`: only for requests whose method and path contain this, as in "POST /channels/2001/messages".
    `seconds`: how long to wait (429), to hang (timeout) or to be away (offline; None until it is ended).
    `lose_answer`: the request is carried out, only its answer is lost.
    """

    kind: str
    count: int = 1
    path: str = ""
    seconds: float | None = None
    lose_answer: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise NotAllowed(f"There is no fault {self.kind!r}. Choose one of: {', '.join(KINDS)}.")
        if self.count < 1:
            raise NotAllowed("A fault happens at least once: give a count of 1 or more.")


class Faults:
    """The faults that are still to happen to requests."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault happen to the next requests that fit."""
        self._waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Give the fault that happens to this request, if any, and count it down."""
        for fault in self._waiting:
            if fault.path in f"{method} {path}":
                fault.count -= 1
                if not fault.count:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """End all faults."""
        self._waiting.clear()

    def list(self) -> list[JSON]:
        """List the faults that are still to happen."""
        return [asdict(fault) for fault in self._waiting]
