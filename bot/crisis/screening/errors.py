"""What can be wrong with a lexicon, said so that a clinician can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BadInput


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a lexicon: where it stands, what is wrong, and what to do."""

    file: str
    line: int
    entry: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        entry = f", {self.entry}" if self.entry else ""
        return f"{place}{entry}: {self.fault} {self.remedy}"


class LexiconError(BadInput):
    """A lexicon or an overlay that must not be used. The one that runs stays in force."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        shown = [str(problem) for problem in problems[:20]]
        if len(problems) > len(shown):
            shown.append(f"... and {len(problems) - len(shown)} more.")
        super().__init__(
            "The lexicon cannot be used:\n" + "\n".join(shown), "Nothing was changed; what ran before still runs."
        )
        self.problems = tuple(problems)
