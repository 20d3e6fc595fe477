"""A lexicon of a dozen lines, so that a test shows all that it depends on."""

from pathlib import Path

from bot.crisis.screening import Screener
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.loading import Written, compiled
from bot.crisis.screening.text.letters import Letters

ENGLISH = """\
[meta]
language = "en"
name = "English"
version = "1"
self_words = ["i", "my"]
other_words = ["he", "she", "you"]
negations = ["not", "never"]
turns = ["but"]
common = "i to the a and my"

[concept]
PILLS = ["pills", "tablets"]

[spelling]
dont = "do not"

[[entry]]
id = "wish.die"
level = "high"
kind = "wish"
note = "Wants to be dead."
patterns = ["want to die"]
match = ["i want to die"]
clear = ["i dont want to die"]

[[entry]]
id = "burden"
level = "concern"
kind = "burden"
note = "Feels a burden."
patterns = ["i am a burden"]
match = ["i am a burden"]
clear = ["my bag is a burden"]

[[entry]]
id = "means.at_hand"
level = "none"
kind = "means"
note = "A means at hand."
patterns = ["have ..1 {PILLS}"]
match = ["i have the pills"]

[[modifier]]
id = "not.denied"
type = "negation"
note = "Denied."
acts = "after"
window = 2
cap = "none"
patterns = ["not"]

[[rule]]
id = "wish+means"
note = "A wish, and a means."
need = [["wish"], ["means"]]
to = "imminent"

[[case]]
text = "i want to die, i have the pills"
level = "imminent"
"""


def lexicon_in(folder: Path, text: str = ENGLISH) -> Path:
    """Write the lexicon into a folder and return it."""
    folder.mkdir(exist_ok=True)
    (folder / "en.toml").write_text(text, encoding="utf-8")
    return folder


def made(text: str = ENGLISH) -> Screener:
    """Return a screener of one lexicon, its own sentences untried."""
    letters = Letters({"💊": "pills"})
    return Screener(compiled([Written.of([Source.of("en.toml", text)])], letters), letters)
