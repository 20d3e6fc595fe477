"""Column types: moments in UTC, sealed text, and small lists of plain data."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.storage.vault import Sealed

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime: `timestamptz` on PostgreSQL, text of fixed width (so that it sorts) on SQLite."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the database's own type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive moment, and write the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.strftime(_FORMAT)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read the moment back, aware."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.strptime(value, _FORMAT).replace(tzinfo=UTC)


class SealedText(TypeDecorator[Sealed]):
    """Text that only a `Vault` can read: the column takes and gives `Sealed` values and nothing else.

    Plain text handed to it is an error, so nothing can be stored in the clear by mistake.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Take a sealed value only."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("this column takes sealed values only: seal the text with the vault first")
        return value.blob

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        """Give the sealed value; the vault opens it."""
        return None if value is None else Sealed(bytes(value))


class Json(TypeDecorator[Any]):
    """Plain data (lists, ids, words of states) as JSON text; never a person's words."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON."""
        return None if value is None else json.dumps(value, separators=(",", ":"), sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)

    def coerce_compared_value(self, op: Callable[..., Any] | None, value: Any) -> TypeEngine[Any]:
        """Compare as JSON text too."""
        return self
