"""Every request of the bot in a journey, and every answer to it, against Discord's published OpenAPI description."""

from collections.abc import Iterable
from typing import Any

from tests.sandbox.conformance import ABSENT, DISCORD, Conformance, is_available, once, request_problems

__all__ = ("ABSENT", "DISCORD", "check_requests", "checker", "is_available", "require")


def checker() -> Conformance | None:
    """Return a checker for `Sandbox(checker=...)`, or None where the description does not lie beside the project.

    Unlike the sandbox's own tests, a journey never sends anything wrong on purpose: what was refused counts as well.
    """
    return Conformance(refused_too=True) if is_available() else None


def require(conformance: Conformance | None) -> None:
    """Fail with the field's name if a request or an answer did not fit."""
    assert conformance is None or not conformance.problems, "\n".join(conformance.problems)


def check_requests(requests: Iterable[tuple[str, str, Any]]) -> None:
    """Fail with the field's name if one of these requests (method, path, body) does not fit."""
    if not is_available():
        return
    problems = [
        f"request {m} {path}: {text}" for m, path, body in requests for text in once(request_problems, m, path, body)
    ]
    assert not problems, "\n".join(problems)
