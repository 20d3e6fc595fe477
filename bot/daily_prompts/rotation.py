"""Keep account of what a group has had: rounds through the pool, and shares of themes and depths."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from hashlib import sha256

from bot.daily_prompts.model import Depth, Fit, Library, Posted, Prompt, Theme, Wishes

REST_SHARE = 2
"""At the start of a new round the second half of the old one still rests."""


class Rotation:
    """What was posted to one group, seen from one moment, over the prompts that its wishes leave.

    The pool is every prompt that suits any day; once all of it has been posted, a new round begins. Prompts for
    special days only never hold a round up.
    """

    def __init__(self, library: Library, history: Sequence[Posted], wishes: Wishes) -> None:
        self.history = history
        self.left = [prompt for prompt in library.prompts.values() if acceptable(prompt, wishes)]
        self.pool = frozenset(prompt.id for prompt in self.left if Fit.ANY in prompt.fits)
        self.used = _used_in_round(history, self.pool)
        self.last_day: dict[str, date] = {posted.prompt_id: posted.day for posted in history}
        self._resting = frozenset(p.prompt_id for p in history[max(0, len(history) - len(self.pool) // REST_SHARE) :])
        self._known = library.prompts
        self._total: Counter[Theme | Depth] = Counter()
        self._spent: Counter[Theme | Depth] = Counter()
        for prompt in self.left:
            self._total.update((prompt.theme, prompt.depth))
            if prompt.id in self.used:
                self._spent.update((prompt.theme, prompt.depth))

    def unused(self, prompts: Iterable[Prompt]) -> list[Prompt]:
        """Return those not posted in this round; what was posted lately rests as long as there are others."""
        fresh = [prompt for prompt in prompts if prompt.id not in self.used]
        return [prompt for prompt in fresh if prompt.id not in self._resting] or fresh

    def longest_ago(self, prompts: Iterable[Prompt]) -> list[Prompt]:
        """Return the prompts whose last posting lies furthest back."""
        days = {prompt: self.last_day.get(prompt.id, date.min) for prompt in prompts}
        oldest = min(days.values(), default=None)
        return [prompt for prompt, day in days.items() if day == oldest]

    def spent_share(self, of: Theme | Depth) -> float:
        """Return which part of a theme's or a depth's prompts this round has used, from 0 to 1."""
        return self._spent[of] / self._total[of] if self._total[of] else 1.0

    def used_of_pool(self) -> int:
        """Return how many prompts of the pool this round has used."""
        return len(self.used & self.pool)

    def recent(self, count: int) -> list[Prompt]:
        """Return the last posted prompts that the library still holds, the newest first."""
        ids = (posted.prompt_id for posted in reversed(self.history[max(0, len(self.history) - count) :]))
        return [self._known[prompt_id] for prompt_id in ids if prompt_id in self._known]


def acceptable(prompt: Prompt, wishes: Wishes) -> bool:
    """Tell whether a prompt is left after the topics that rest and the depth that the therapists set."""
    return prompt.depth.rank <= wishes.deepest.rank and not prompt.topics & wishes.resting_topics


def draw(prompts: Collection[Prompt], seed: str) -> Prompt:
    """Pick one prompt by the digest of the seed and its id: the same answer on every machine and in every run."""
    return min(prompts, key=lambda prompt: (ticket(f"{seed}:{prompt.id}"), prompt.id))


def ticket(seed: str) -> int:
    """Turn a seed into a number without any order to it."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8])


def _used_in_round(history: Sequence[Posted], pool: frozenset[str]) -> frozenset[str]:
    if not pool:
        return frozenset(posted.prompt_id for posted in history)
    used: set[str] = set()
    missing = set(pool)
    for posted in history:
        used.add(posted.prompt_id)
        missing.discard(posted.prompt_id)
        if not missing:
            used, missing = set(), set(pool)
    return frozenset(used)
