import pytest

from bot.daily_prompts.explain import sentence
from bot.daily_prompts.library import built_in, load
from bot.daily_prompts.model import VALUES_OF, Because, Depth, Fit, Reason, Theme

EXAMPLES: dict[str, str | int] = {
    "fit": Fit.FIRST_WEEK,
    "theme": Theme.BOUNDARIES,
    "depth": Depth.MIDDLE,
    "used": 3,
    "pool": 181,
    "days": 40,
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("because", list(Because))
def test_every_reason_has_a_whole_sentence_in_every_language(language: str, because: Because) -> None:
    values = {name: EXAMPLES.get(name, 2) for name in VALUES_OF[because]}
    said = sentence(Reason(because, values), load(language, built_in(language)).vocabulary)
    assert said.endswith(".")
    assert "{" not in said
    assert "_" not in said


def test_names_are_the_languages_own() -> None:
    vocabulary = load("es", built_in("es")).vocabulary
    said = sentence(Reason(Because.THEME_TURN, {"theme": "boundaries"}), vocabulary)
    assert said == "Le tocaba a un tema que hace tiempo que sale poco: límites."
