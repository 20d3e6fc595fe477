"""Reads the configuration from its sources and reports every mistake at once, never a value."""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource
from pydantic_settings.exceptions import SettingsError

from bot.config import Settings
from bot.errors import ConfigError

PREFIX = "HOLDSPACE_"
CONFIG_VARIABLE = "HOLDSPACE_CONFIG"
SECRETS_VARIABLE = "HOLDSPACE_SECRETS_DIR"
DEFAULT_FILE = Path("config.toml")
DEFAULT_SECRETS = Path("secrets")
_HELP = "config.example.toml shows every setting with its meaning."
_LARGEST_SECRET = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Layer:
    """One source: its data as nested tables, and where each setting in it was written."""

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[tuple[str, ...], str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()


def find_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Name the TOML file to read: the one given, else HOLDSPACE_CONFIG, else ./config.toml if it is there."""
    named = config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    if named is not None:
        return named
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def find_secrets(environ: Mapping[str, str]) -> Path | None:
    """Name the secrets folder: HOLDSPACE_SECRETS_DIR, else systemd's credentials, else ./secrets if it is there."""
    for variable in (SECRETS_VARIABLE, "CREDENTIALS_DIRECTORY"):
        if environ.get(variable):
            return Path(environ[variable])
    return DEFAULT_SECRETS if DEFAULT_SECRETS.is_dir() else None


def load(config: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read all sources: the environment wins over the secrets folder, and that over the file; raises `ConfigError`."""
    environ = os.environ if environ is None else environ
    layers = [
        _from_toml(find_file(config, environ)),
        _from_secrets(find_secrets(environ)),
        _from_environment(environ),
    ]
    mistakes = [mistake for layer in layers for mistake in layer.mistakes]
    merged: dict[str, Any] = {}
    origins: dict[tuple[str, ...], str] = {}
    for layer in layers:
        merged = _merge(merged, layer.data)
        origins |= layer.origins
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=True)
        mistakes += [_told(each, origins) for each in found]
    if mistakes:
        count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise ConfigError("\n".join([f"The configuration has {count}:", *(f"  - {each}" for each in mistakes)]), _HELP)
    return settings


def _merge(lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _merge(below, value)
        elif key not in merged or not isinstance(value, dict):
            merged[key] = value  # else what is below is no section, and that mistake has to be told
    return merged


def _from_toml(path: Path | None) -> _Layer:
    if path is None:
        return _Layer()
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise ConfigError(
            f"There is no configuration file {path}.", "Make one with holdspace init, or name another with --config."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"The configuration file {path} cannot be read ({error.strerror}).", "Check its name and permissions."
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text.", "Save it again as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", f"Correct that line. {_HELP}") from None
    except RecursionError:
        raise ConfigError(f"{path} has brackets in brackets without end.", f"Correct them. {_HELP}") from None
    origins = {place: str(path) for place in _places(data)}
    return _Layer(data, origins, tuple(_open_secrets(path, mode, data)))


def _open_secrets(path: Path, mode: int, data: dict[str, Any]) -> Iterator[str]:
    """Refuse a file that holds the token or a password while every account of the machine can read it."""
    discord, storage = data.get("discord"), data.get("storage")
    token = isinstance(discord, dict) and bool(discord.get("token"))
    password = isinstance(storage, dict) and "@" in str(storage.get("url", ""))
    if os.name == "posix" and mode & 0o007 and (token or password or _has_addresses(data.get("paging"))):
        yield f"{path} holds a secret and every account of this machine can read it. Close it: chmod 600 {path}"


def _has_addresses(paging: object) -> bool:
    """Tell whether a target's address, which holds passwords, stands in the file itself."""
    if not isinstance(paging, dict):
        return False
    targets = paging.get("target")
    written = [each.get("url") for each in targets if isinstance(each, dict)] if isinstance(targets, list) else []
    return bool(paging.get("urls")) or any(written)


def _from_secrets(folder: Path | None) -> _Layer:
    if folder is None:
        return _Layer()
    found: dict[str, str] = {}
    origins: dict[tuple[str, ...], str] = {}
    try:
        for path in sorted(folder.iterdir()):
            name = path.name.lower()
            if "__" not in name or name.split("__")[0] not in Settings.model_fields or not path.is_file():
                continue
            if path.stat().st_size > _LARGEST_SECRET:
                return _Layer(mistakes=(f"{path} is too large for a secret. Remove it from that folder",))
            found[name] = path.read_text(encoding="utf-8-sig").strip()
            origins[tuple(name.split("__"))] = str(path)
    except UnicodeDecodeError:
        return _Layer(mistakes=(f"{path} is no text. Put the secret into it again, as UTF-8",))
    except OSError as error:
        return _Layer(
            mistakes=(
                f"the secrets folder {folder} cannot be read ({error.strerror}). Check names and permissions in it",
            )
        )
    return _parsed(found, origins)


def _from_environment(environ: Mapping[str, str]) -> _Layer:
    found: dict[str, str] = {}
    origins: dict[tuple[str, ...], str] = {}
    mistakes: list[str] = []
    known = {_variable(place): place for place in _setting_places()}
    for variable, value in sorted(environ.items()):
        name = variable.upper()
        if not name.startswith(PREFIX) or name in (CONFIG_VARIABLE, SECRETS_VARIABLE) or not value.strip():
            continue
        short = name.removeprefix(PREFIX).lower()
        if short.split("__")[0] in Settings.model_fields:
            found[short] = value.strip()
            origins[tuple(short.split("__"))] = variable
        elif "__" in short or name.replace("__", "_") in {each.replace("__", "_") for each in known}:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f" Did you mean {near[0]}?" if near else ""
            mistakes.append(f"{variable}: there is no such setting.{hint}")
    layer = _parsed(found, origins)
    return _Layer(layer.data, layer.origins, (*layer.mistakes, *mistakes))


class _Named(EnvSettingsSource):
    """Reads nested settings from `section__name` pairs, wherever those came from."""

    def __init__(self, settings_cls: type[BaseSettings], pairs: Mapping[str, str]) -> None:
        self._pairs = {f"{PREFIX}{name}".lower(): value for name, value in pairs.items()}
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return dict(self._pairs)


def _parsed(found: Mapping[str, str], origins: dict[tuple[str, ...], str]) -> _Layer:
    """Turn `section__name` pairs into tables, one pair at a time, so that one mistake does not hide another."""
    data: dict[str, Any] = {}
    mistakes: list[str] = []
    for name, value in found.items():
        try:
            data = _merge(data, _Named(Settings, {name: value})())
        except SettingsError:
            where = origins[tuple(name.split("__"))]
            mistakes.append(f"{where}: name one setting, as {PREFIX}DISCORD__TOKEN does, or write the section as JSON")
    return _Layer(data, origins, tuple(mistakes))


def _places(data: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in data.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from _places(value, (*above, key))


def _setting_places() -> Iterator[tuple[str, ...]]:
    for section, info in Settings.model_fields.items():
        for name in _section_fields(info):
            yield section, name


def _section_fields(info: FieldInfo) -> dict[str, FieldInfo]:
    model = info.annotation
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}


def _variable(place: tuple[str, ...]) -> str:
    return PREFIX + "__".join(place).upper()


def _told(error: ErrorDetails, origins: Mapping[tuple[str, ...], str]) -> str:
    """Say one mistake: path, where it was written, what is wrong, what is right."""
    place = tuple(str(part) for part in error["loc"])
    written = next((origins[place[:end]] for end in range(len(place), 0, -1) if place[:end] in origins), None)
    head = ".".join(place) + (f" ({written})" if written else "")
    if error["type"] == "extra_forbidden":
        return f"{head}: there is no such setting.{_nearest(place)}"
    if error["type"] in ("model_type", "model_attributes_type"):
        return f"{head}: this is a section. Write [{place[0]}] and its settings below it"
    context = error.get("ctx", {})
    told = str(context["error"]) if "error" in context else _lower_first(error["msg"])
    meaning = _meaning(place)
    return f"{head}: {told.rstrip('.')}" + (f".\n    What it is: {meaning}" if meaning else "")


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _nearest(place: tuple[str, ...]) -> str:
    if len(place) == 1:
        known = [f"[{section}]" for section in Settings.model_fields]
        near = difflib.get_close_matches(f"[{place[0]}]", known, n=1)
    else:
        settings = list(_setting_places())
        known = [".".join(each) for each in settings if each[0] == place[0]]
        # A right name in the wrong section is as common as a misspelt one.
        near = [".".join(each) for each in settings if each[1] == place[-1]]
        near = near or difflib.get_close_matches(".".join(place), known, n=1, cutoff=0.7)
    return f" Did you mean {near[0]}?" if near else f" There are: {', '.join(known)}"


def _meaning(place: tuple[str, ...]) -> str | None:
    section = Settings.model_fields.get(place[0]) if place else None
    info = _section_fields(section).get(place[1]) if section is not None and len(place) > 1 else None
    return info.description if info is not None else None
