"""Text in, assessment out: no clock, no network, no learned model."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from bot.crisis.screening.memory import with_memory
from bot.crisis.screening.model import Assessment, Context, Evidence, Level, View, ViewKind

SHIPPED = Path(__file__).parents[3] / "prompts" / "lexicon"
_WORD = re.compile(r"[^\W_]+")


class Screener:
    """Reads messages by the lexicons of every language at once."""

    def __init__(self, phrases: Sequence[tuple[str, str, Level, str, tuple[str, ...]]], version: str) -> None:
        self._phrases = phrases
        self.version = version
        self.languages: tuple[str, ...] = ("en",)

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> "Screener":
        """Return a screener for every language in the folder; a broken lexicon raises LexiconError."""
        phrases: list[tuple[str, str, Level, str, tuple[str, ...]]] = []
        version = ""
        for path in sorted(folder.glob("*.toml")):
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            version = f"{path.stem} {data['meta']['version']}"
            phrases.extend(
                (entry["id"], entry["kind"], Level.of(entry["level"]), entry["note"], tuple(phrase.split()))
                for entry in data["entry"]
                for phrase in entry["patterns"]
            )
        return cls(phrases, version)

    def assess(self, views: Sequence[View], context: Context = Context()) -> Assessment:  # noqa: B008 (it is frozen)
        """Return what the views of one message say."""
        found: list[Evidence] = []
        words = 0
        for index, view in enumerate(views):
            tokens = [
                (match.group().lower(), *match.span()) for match in _WORD.finditer(view.text.replace("'", "\x00"))
            ]
            words += len(tokens)
            plain = [token[0] for token in tokens]
            for entry, kind, level, note, phrase in self._phrases:
                for start in range(len(plain) - len(phrase) + 1):
                    if tuple(plain[start : start + len(phrase)]) == phrase:
                        span = (tokens[start][1], tokens[start + len(phrase) - 1][2])
                        now = Level.NONE if view.kind is ViewKind.QUOTE else level
                        found.append(
                            Evidence(
                                entry, kind, note, "en", level, now, view.kind, index, span, view.text[slice(*span)]
                            )
                        )
        level = max((item.level for item in found), default=Level.NONE)
        result = Assessment(level, tuple(found), screened=bool(words), lexicon_version=self.version, read_in=("en",))
        if context.now is not None and context.recent:
            return with_memory(result, context.recent, context.now, ())
        return result
