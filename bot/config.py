"""The configuration: what can be set, and what each setting means.

Where a value comes from, the strongest first: the environment (`HOLDSPACE_DISCORD__TOKEN`), the secrets folder
(a file named `discord__token`), the TOML file. `bot.config_sources.load` reads them; nothing here does.
"""

import ipaddress
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import ConfigError

_SQLITE = "sqlite:///"
_POSTGRESQL = "postgresql://"
# What libpq calls an option and what the driver calls it.
_POSTGRESQL_OPTIONS = {"host": "host", "port": "port", "sslmode": "ssl"}
_URL_FORMS = "Write sqlite:///file, sqlite:////absolute/file or postgresql://user:password@host/database."


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _listed(value: object) -> object:
    """Take `0,1` (the environment) as well as `[0, 1]` (TOML)."""
    return [part for part in value.strip("[] ").split(",") if part.strip()] if isinstance(value, str) else value


class DiscordSettings(_Section):
    """[discord]: which bot account, and where Discord is."""

    token: SecretStr | None = Field(
        default=None,
        description="The bot's token, from the Bot page of the developer portal. Better in the environment "
        "(HOLDSPACE_DISCORD__TOKEN) or in the secrets folder (a file named discord__token) than in this file.",
    )
    api_url: str | None = Field(
        default=None,
        description="A Discord-compatible server on this machine, as http://127.0.0.1:PORT/api/v10. "
        "Set it together with gateway_url, or leave both out to use Discord itself.",
    )
    gateway_url: str | None = Field(
        default=None,
        description="That server's gateway, as ws://127.0.0.1:PORT. Set it together with api_url.",
    )
    shard_count: int | None = Field(
        default=None,
        ge=1,
        description="How many shards the bot has over all processes. Leave it out and Discord's own advice is used.",
    )
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_listed)] = Field(
        default=None,
        description="The shards that this process runs, as [0, 1]. Needs shard_count. Leave it out to run all of them.",
    )

    @field_validator("token")
    @classmethod
    def _empty_token_is_none(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value().strip():
            return None
        text = token.get_secret_value().strip()
        if not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("a token is one word of plain letters, digits, dots, dashes and underscores")
        return SecretStr(text)

    @field_validator("api_url")
    @classmethod
    def _api_is_local(cls, url: str | None) -> str | None:
        return _local_url(url, "http", "/api/v10")

    @field_validator("gateway_url")
    @classmethod
    def _gateway_is_local(cls, url: str | None) -> str | None:
        return _local_url(url, "ws", "")

    @model_validator(mode="after")
    def _belong_together(self) -> "DiscordSettings":
        if (self.api_url is None) != (self.gateway_url is None):
            raise ValueError("api_url and gateway_url are set both or not at all")
        if self.shard_ids is not None:
            if self.shard_count is None:
                raise ValueError("shard_ids needs shard_count")
            if not self.shard_ids or not set(self.shard_ids) <= set(range(self.shard_count)):
                raise ValueError("shard_ids must name at least one shard, each from 0 to shard_count - 1")
        return self

    @property
    def local(self) -> tuple[str, str] | None:
        """The addresses (API, gateway) of a local server, or None for Discord itself."""
        if self.api_url is None or self.gateway_url is None:
            return None
        return self.api_url, self.gateway_url

    def require_token(self) -> str:
        """Return the token; raises `ConfigError` if there is none."""
        if self.token is None:
            raise ConfigError(
                "There is no bot token.",
                "Run holdspace init, or put the token into the environment as HOLDSPACE_DISCORD__TOKEN.",
            )
        return self.token.get_secret_value()


class StorageSettings(_Section):
    """[storage]: the database."""

    url: SecretStr = Field(
        default=SecretStr("sqlite:///holdspace.sqlite3"),
        description="sqlite:///file (counted from the working directory), sqlite:////absolute/file, or "
        "postgresql://user:password@host/database. Of PostgreSQL's options, sslmode, host and port may follow a `?`.",
    )

    @field_validator("url")
    @classmethod
    def _is_known(cls, url: SecretStr) -> SecretStr:
        text = url.get_secret_value()
        if text.startswith(_SQLITE):
            _check_sqlite(text)
        elif text.startswith(_POSTGRESQL):
            _check_postgresql(text)
        else:
            raise ValueError(f"this is no database that Holdspace knows. {_URL_FORMS}")
        return url

    @property
    def sqlite_path(self) -> Path | None:
        """The SQLite file, or None for PostgreSQL."""
        text = self.url.get_secret_value()
        return Path(text.removeprefix(_SQLITE)) if text.startswith(_SQLITE) else None

    @property
    def async_url(self) -> str:
        """The address as SQLAlchemy takes it, with the driver; it may hold a password."""
        text = self.url.get_secret_value()
        if text.startswith(_SQLITE):
            return "sqlite+aiosqlite:///" + text.removeprefix(_SQLITE)
        base, _, query = text.partition("?")
        options = [(_POSTGRESQL_OPTIONS[name], value) for name, value in parse_qsl(query)]
        tail = "?" + urlencode(options, quote_via=quote) if options else ""
        return base.replace(_POSTGRESQL, "postgresql+asyncpg://", 1) + tail

    @property
    def shown(self) -> str:
        """The database in words that hold no password."""
        if self.sqlite_path is not None:
            return f"SQLite, {self.sqlite_path}"
        parts = urlsplit(self.url.get_secret_value())
        return f"PostgreSQL, {parts.path.lstrip('/') or 'default database'} on {parts.hostname or 'this machine'}"


class EncryptionSettings(_Section):
    """[encryption]: the key that seals what people hand to the bot."""

    key_file: Path = Field(
        default=Path("secrets/holdspace.key"),
        description="The file with the encryption key (holdspace keys new makes it). Counted from the working "
        "directory. Keep a copy apart from the database: without the key its texts cannot be read.",
    )

    @field_validator("key_file")
    @classmethod
    def _is_named(cls, path: Path) -> Path:
        if path.name == "":
            raise ValueError("name a file")
        return path.expanduser()


class DailyPromptsSettings(_Section):
    """[daily_prompts]: prompts of your own."""

    folder: Path | None = Field(
        default=None,
        description="A folder with a subfolder for each language (en, es) that holds .toml files of your own prompts. "
        "They join the ones that come along; an edit is seen within a minute. holdspace prompts check --folder looks "
        "them over.",
    )

    @field_validator("folder")
    @classmethod
    def _is_named(cls, path: Path | None) -> Path | None:
        return None if path is None or path.name == "" else path.expanduser()


class HealthSettings(_Section):
    """[health]: the page that a watcher asks whether the bot is at work."""

    enabled: bool = Field(default=True, description="Whether to serve /healthz and /metrics.")
    host: str = Field(default="127.0.0.1", description="The address to serve on: 127.0.0.1, ::1 or localhost only.")
    port: int = Field(default=8377, ge=0, le=65535, description="The port to serve on; 0 takes any free one.")
    stale_after_seconds: int = Field(
        default=60,
        ge=15,
        le=3600,
        description="How long ago the last full tick may have finished before /healthz says 503.",
    )

    ping_url: SecretStr | None = Field(
        default=None,
        description="An address of a watcher outside (healthchecks, Uptime Kuma ...) that is asked once a minute after "
        "a finished cycle, and alarms somebody when that stops. https only; on this machine http too. It is a secret.",
    )

    @field_validator("ping_url")
    @classmethod
    def _may_be_pinged(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or not url.get_secret_value().strip():
            return None
        try:
            parts = urlsplit(url.get_secret_value().strip())
            local = parts.scheme == "http" and _loopback(parts.hostname or "")
            fits = bool(parts.hostname) and (parts.scheme == "https" or local) and (parts.port or 1) > 0
        except ValueError:
            fits = False
        if not fits:
            raise ValueError("write it as https://HOST/PATH; plain http is only for a watcher on this machine")
        return SecretStr(url.get_secret_value().strip())

    @field_validator("host")
    @classmethod
    def _is_local(cls, host: str) -> str:
        if not _loopback(host):
            raise ValueError("only this machine may ask: write 127.0.0.1, ::1 or localhost")
        return host


_TARGET_NAME = r"[a-z0-9]+([_-][a-z0-9]+)*"


def _plain(name: str) -> str:
    """Write a name as a variable of the environment can hold it, which has no dashes."""
    return name.replace("-", "_")


class PagingTarget(_Section):
    """[[paging.target]]: one way to reach somebody outside Discord."""

    name: str = Field(
        max_length=40,
        pattern=f"^{_TARGET_NAME}$",
        description='A short name of yours, as "maria_phone": small letters, digits, single dashes and underscores.',
    )
    therapist: int | None = Field(
        default=None,
        gt=0,
        lt=2**63,
        description="Whose it is: the therapist's Discord user id. Left out for a group's last resort.",
    )
    url: SecretStr | None = Field(
        default=None,
        description="The address, as apprise writes it (mailto://..., ntfys://...). It is a secret: "
        "better HOLDSPACE_PAGING__URLS__NAME in the environment, or a file paging__urls__NAME in the secrets folder.",
    )


class PagingSettings(_Section):
    """[paging]: how therapists are reached outside Discord."""

    target: tuple[PagingTarget, ...] = Field(default=(), description="The targets, as [[paging.target]] tables.")
    urls: dict[str, SecretStr] = Field(
        default={}, description="The addresses of the targets by their names, where they do not stand with them."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> "PagingSettings":
        names = [target.name for target in self.target]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"two targets have the name {doubled[0]}: give each its own")
        if unknown := sorted(set(self.urls) - {each for name in names for each in (name, _plain(name))}):
            raise ValueError(f"there is an address for {unknown[0]}, but no [[paging.target]] with that name")
        both = [
            target.name
            for target in self.target
            if target.url is not None and {target.name, _plain(target.name)} & set(self.urls)
        ]
        if both:
            raise ValueError(f"{both[0]} has two addresses: keep the one in the environment or in the secrets folder")
        if missing := [target.name for target in self.target if self.address_of(target) is None]:
            raise ValueError(
                f"{missing[0]} has no address: write url, or set HOLDSPACE_PAGING__URLS__{_plain(missing[0]).upper()}"
            )
        return self

    def address_of(self, target: PagingTarget) -> SecretStr | None:
        """Return a target's address, wherever it was written; None if there is none."""
        found = target.url or self.urls.get(target.name) or self.urls.get(_plain(target.name))
        return found if found is not None and found.get_secret_value().strip() else None


class LogSettings(_Section):
    """[log]: what goes to stderr, as JSON lines."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least grave line that is written: debug, info, warning or error."
    )


class Settings(BaseSettings):
    """Everything that can be set. Making one directly reads neither files nor the environment."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="HOLDSPACE_",
        env_nested_delimiter="__",
    )

    discord: DiscordSettings = Field(default=DiscordSettings(), description="Which bot account, and where Discord is.")
    storage: StorageSettings = Field(default=StorageSettings(), description="The database.")
    encryption: EncryptionSettings = Field(default=EncryptionSettings(), description="The encryption key.")
    daily_prompts: DailyPromptsSettings = Field(default=DailyPromptsSettings(), description="Prompts of your own.")
    paging: PagingSettings = Field(default=PagingSettings(), description="Pages outside Discord.")
    health: HealthSettings = Field(default=HealthSettings(), description="The page for a watcher.")
    log: LogSettings = Field(default=LogSettings(), description="What goes to stderr.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what the caller hands over: `load` merges the sources, so that it can name them in a message."""
        return (init_settings,)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _local_url(url: str | None, scheme: str, path: str) -> str | None:
    if url is None or not url.strip():
        return None
    form = f"{scheme}://127.0.0.1:PORT{path}"
    parts = urlsplit(url.strip())
    try:
        fits = parts.scheme == scheme and parts.port is not None
    except ValueError:
        fits = False
    if not fits or parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"write it as {form}")
    if not _loopback(parts.hostname or ""):
        raise ValueError(f"only a server on this machine is allowed here ({form}); leave it out to use Discord itself")
    if parts.path.rstrip("/") != path:
        raise ValueError(f"write it as {form}")
    return url.strip().rstrip("/")


def _check_sqlite(text: str) -> None:
    path = text.removeprefix(_SQLITE)
    if not path.strip("/") or path.endswith("/") or path == ":memory:":
        raise ValueError(f"it must name a file. {_URL_FORMS}")
    if "?" in path or "#" in path:
        raise ValueError("a SQLite address takes no options, and its file name no ? or #")


def _check_postgresql(text: str) -> None:
    try:
        parts = urlsplit(text)
        options = parse_qsl(parts.query, strict_parsing=True) if parts.query else []
        _ = parts.port
    except ValueError:
        raise ValueError(
            f"it cannot be read as an address; write / : ? # @ in a password as %2F %3A %3F %23 %40. {_URL_FORMS}"
        ) from None
    if not parts.path.strip("/"):
        raise ValueError(f"it names no database. {_URL_FORMS}")
    if any(name not in _POSTGRESQL_OPTIONS for name, _ in options):
        raise ValueError("of PostgreSQL's options only sslmode, host and port are taken here")
