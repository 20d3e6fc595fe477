"""Holds what the bot sends and what the sandbox answers against Discord's own OpenAPI description."""

import importlib.util
import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

DISCORD = Path(os.environ.get("HOLDSPACE_DISCORD_SPEC") or Path(__file__).parents[3] / "shared" / "discord")
ABSENT = f"Discord's OpenAPI description is not there ({DISCORD.name}/openapi.json beside the project)"
formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def is_available() -> bool:
    """Tell whether the description lies beside the project."""
    return (DISCORD / "openapi.json").is_file() and (DISCORD / "validate.py").is_file()


@cache
def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("discord_validate", DISCORD / "validate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _requests() -> Any:
    return _module().Validator(json.loads((DISCORD / "openapi.json").read_text()))


@cache
def _answers() -> "Answers":
    return Answers()


class Answers:
    """Checks answers: closed objects, strict types, ids as strings."""

    def __init__(self) -> None:
        validator = _requests()
        self.spec = json.loads((DISCORD / "openapi.json").read_text())
        # The description calls the codes of single fields integers; Discord's documentation (and Discord) gives names.
        inner = self.spec["components"]["schemas"]["InnerErrors"]["properties"]["_errors"]
        inner["items"] = {"type": "object", "required": ["code", "message"], "properties": {"code": {}, "message": {}}}
        # An error is an allOf of two objects, which could not both be closed: errors stay open.
        errors = {name: self.spec["components"]["schemas"][name] for name in ("ErrorResponse", "Error")}
        opened = json.loads(json.dumps(errors))
        validator._prepare(self.spec, strict=True)
        self.spec["components"]["schemas"].update(opened)
        self.schemas: dict[tuple[str, str, str], Draft202012Validator | None] = {}

    def check(self, method: str, path: str, status: int, body: Any) -> list[str]:
        validator = _requests()
        hit = validator.match(method, path)
        if hit is None:
            return [f"no such route in the description: {method} {path}"]
        template = hit[0]
        responses = self.spec["paths"][template][method.lower()]["responses"]
        name = str(status) if str(status) in responses else f"{str(status)[0]}XX"
        if name not in responses:
            return [f"{method} {template} does not answer {status}"]
        schema = self._schema(method, template, name, responses[name])
        if schema is None:
            return [] if body is None else [f"{method} {template} {status}: a body where there should be none"]
        problems = [text for error in schema.iter_errors(body) for text in validator._explain(error)]
        return [f"answer to {method} {template} {status}: {text}" for text in problems]

    def _schema(self, method: str, template: str, name: str, response: Any) -> Draft202012Validator | None:
        key = (method, template, name)
        if key not in self.schemas:
            if "$ref" in response:
                response = self.spec["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
            content = response.get("content", {}).get("application/json")
            self.schemas[key] = (
                Draft202012Validator(
                    content["schema"] | {"components": self.spec["components"]}, format_checker=formats
                )
                if content
                else None
            )
        return self.schemas[key]


# discord.py 2.7 sends a kept attachment back with all its fields, and an overwrite with the id that the path has too;
# Discord ignores what it does not know.
EXTRAS = {"content_type", "proxy_url", "size", "spoiler", "url", "height", "width", "ephemeral"}


def _without_extras(method: str, path: str, body: Any) -> tuple[str, str, Any]:
    if isinstance(body, dict) and body.get("attachments"):
        kept = [{key: value for key, value in a.items() if key not in EXTRAS} for a in body["attachments"]]
        body = body | {"attachments": kept}
    if isinstance(body, dict) and "/permissions/" in path:
        body = {key: value for key, value in body.items() if key != "id"}
    return method, path, body


def request_problems(method: str, path: str, body: Any) -> list[str]:
    """List what of a request does not fit, each with the field's name."""
    found = _requests().check(*_without_extras(method, path, body))
    # discord.py bans with its options in the query and no body at all, which Discord accepts.
    return [text for text in found if text != "request body required"]


# Ids and times make every message new; whether it fits the description does not hang on them.
_VARYING = re.compile(r'"(?:\d{4,20}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"')
_sound: set[bytes] = set()


def once(check: Callable[..., list[str]], *said: Any) -> list[str]:
    """Check what was said unless the like of it was found sound before: most of a journey is."""
    like = _VARYING.sub('"1"', json.dumps([check.__qualname__, *said], default=repr))
    known = sha256(re.sub(r"/\d{4,20}", "/1", like).encode()).digest()
    if known in _sound:
        return []
    problems = check(*said)
    if not problems:
        _sound.add(known)
    return problems


class Conformance:
    """A checker for `Sandbox(checker=...)`: collects what does not fit.

    A request counts only if it was accepted, unless `refused_too` says that nobody sends anything wrong on purpose.
    """

    def __init__(self, *, refused_too: bool = False) -> None:
        self._refused_too = refused_too
        self.problems: list[str] = []
        self.seen: set[tuple[str, str]] = set()
        self._request: tuple[str, str, Any] | None = None

    def __call__(self, method: str, path: str, body: Any, status: int | None = None) -> None:
        if status is None:
            self._request = (method, path, json.loads(json.dumps(body, default=repr)))
            return
        if self._request and (status < 300 or self._refused_too):
            self.problems += [f"request {method} {path}: {text}" for text in once(request_problems, *self._request)]
        self.problems += once(_answers().check, method, path, status, body)
        hit = _requests().match(method, path)
        if hit and status < 300:
            self.seen.add((method, hit[0]))
