"""Say in a language's own words why a prompt was chosen."""

from collections.abc import Iterable, Mapping

from bot.daily_prompts.model import Because, Fit, Reason, Vocabulary


def sentence(reason: Reason, vocabulary: Vocabulary) -> str:
    """Return the sentence of a reason, with names for its theme, depth and day."""
    names: Mapping[str, Mapping[str, str]] = {
        "theme": vocabulary.themes,
        "depth": vocabulary.depths,
        "fit": vocabulary.fits,
        "skill": vocabulary.skills,
    }
    values = {key: names[key].get(str(value), value) if key in names else value for key, value in reason.values.items()}
    return vocabulary.reasons.get(reason.because, str(reason.because)).format(**values)


def for_member(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Leave out the reasons that could point to a person: a heavy day in the group, topics that rest for somebody."""
    return tuple(
        reason
        for reason in reasons
        if reason.because is not Because.TOPICS_REST and reason.values.get("fit") != Fit.HEAVY_DAY
    )
