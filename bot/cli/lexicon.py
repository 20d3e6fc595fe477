"""`holdspace lexicon`: look after the crisis screener's word lists, for the clinician who answers for them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import FINDINGS, note, out

if TYPE_CHECKING:
    from bot.crisis.screening import Assessment, Level, Screener
    from bot.crisis.screening.lexicon.model import Lexicon
    from bot.crisis.screening.trial import Difference, Sentence

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_CORPUS = Path(__file__).parents[2] / "tests" / "corpus"
_A_LEXICON = "A folder of languages, one language's folder or file, or a group's overlay."
LexiconOption = Annotated[
    Path | None, typer.Option("--lexicon", "-l", show_default=False, help=f"{_A_LEXICON} [default: the shipped one]")
]


@app.callback()
def _group() -> None:
    """Check, test and compare the word lists of the crisis screener (docs/lexicon-format.md)."""


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help=f"{_A_LEXICON} [default: the shipped one]")] = None,
) -> None:
    """Load a lexicon and try every sentence in it; a fault is told with its entry, its line and what to do."""
    screener = _opened(folder)
    for lexicon in screener.lexicons:
        for line in _counts(lexicon):
            out(line)
    out("Every sentence is read as the lexicon says.")


@app.command("test")
def try_sentences(
    file: Annotated[
        Path, typer.Argument(help='Sentences with levels: TOML [[case]], JSON lines, or lines "high: text".')
    ],
    lexicon: LexiconOption = None,
) -> None:
    """Try sentences of your own: which are read at another level than they should be, and why."""
    from bot.cli.sentence_file import read_sentences
    from bot.crisis.screening.trial import is_right, read

    found = read_sentences(file)
    screener = _opened(lexicon)
    results = [(sentence, read(screener, sentence)) for sentence in found.sentences]
    wrong = [(sentence, result) for sentence, result in results if not is_right(sentence, result.level)]
    for sentence, result in wrong:
        for line in _unexpected(sentence, result):
            out(line)
    for fault in found.faults:
        note(fault)
    low = sum(result.level < min(sentence.levels) for sentence, result in wrong)
    out(f"{len(results) - len(wrong)} of {len(results)} as expected; {low} too low, {len(wrong) - low} too high.")
    if found.faults:
        note(f"{_many(len(found.faults), 'sentence')} could not be tried; see above.")
    if wrong or found.faults:
        raise typer.Exit(FINDINGS)


@app.command()
def diff(
    a: Annotated[Path, typer.Argument(help=f"Before. {_A_LEXICON}", show_default=False)],
    b: Annotated[Path, typer.Argument(help="After. The same.", show_default=False)],
) -> None:
    """Show which sentences two lexicons read differently: their own, and those that the project's tests hold."""
    from bot.crisis.screening.trial import differences

    before, after = _opened(a), _opened(b)
    sentences = list(_sentences(before, after))
    found = list(differences(before, after, sentences))
    levels = [each for each in found if each.before.level is not each.after.level]
    for title, chosen in (
        ("higher", [each for each in levels if each.before.level < each.after.level]),
        ("lower", [each for each in levels if each.before.level > each.after.level]),
    ):
        if chosen:
            out(f"{title} ({len(chosen)})")
        for difference in chosen:
            for line in _difference(difference):
                out(line)
    for line in _summary(before, after, len(sentences), found, levels):
        out(line)
    if levels:
        raise typer.Exit(FINDINGS)


def _opened(path: Path | None) -> "Screener":
    from bot.crisis.screening import Screener
    from bot.crisis.screening.trial import open_lexicon

    return Screener.load() if path is None else open_lexicon(path)


def _counts(lexicon: "Lexicon") -> Iterator[str]:
    levels = Counter(entry.level for entry in lexicon.entries)
    spread = ", ".join(f"{level.word} {levels[level]}" for level in sorted(levels, reverse=True))
    match = sum(len(entry.match) for entry in lexicon.entries)
    clear = sum(len(entry.clear) for entry in lexicon.entries)
    yield f"{lexicon.name} ({lexicon.language}), version {lexicon.version}"
    yield f"  {_many(len(lexicon.entries), 'entry', 'entries')} ({spread})"
    yield (
        f"  {_many(len(lexicon.modifiers), 'modifier')}, {_many(len(lexicon.rules), 'rule')}, "
        f"{_many(len(lexicon.pairs), 'pair')} for the memory, {_many(len(lexicon.concepts), 'concept')}"
    )
    yield f"  {match} sentences that must match, {clear} that must not, {_many(len(lexicon.cases), 'whole message')}"


def _unexpected(sentence: "Sentence", result: "Assessment") -> Iterator[str]:
    from bot.crisis.screening import views_of
    from bot.crisis.screening.explain import explained, shown

    yield f'{sentence.where}: should be {_wanted(sentence.levels)}, is {result.level.word}: "{shown(sentence.text)}"'
    why = explained(result, views_of(sentence.text), content=sentence.text)[1:-1]
    yield from why or ("  Nothing of it stands in the lexicon.",)


def _sentences(before: "Screener", after: "Screener") -> Iterator["Sentence"]:
    from bot.cli.sentence_file import read_sentences
    from bot.crisis.screening.trial import own_sentences

    yield from own_sentences((*before.lexicons, *after.lexicons))
    for language in sorted({*before.languages, *after.languages}):
        for file in sorted((_CORPUS / language).glob("*.jsonl")):
            yield from read_sentences(file).sentences


def _difference(difference: "Difference") -> Iterator[str]:
    from bot.crisis.screening.explain import shown
    from bot.crisis.screening.trial import deciding

    sentence = difference.sentence
    right = f"; should be {_wanted(sentence.levels)}" if sentence.levels else ""
    yield f'  {difference.before.level.word} -> {difference.after.level.word}: "{shown(sentence.text)}"'
    yield f"      {sentence.where}{right}"
    for title, result in (("before", difference.before), ("now", difference.after)):
        yield f"      {title}: {', '.join(deciding(result)) or 'nothing found'}"


def _summary(
    before: "Screener", after: "Screener", tried: int, found: Sequence["Difference"], levels: Sequence["Difference"]
) -> Iterator[str]:
    yield f"Before: {before.version}. After: {after.version}."
    yield (
        f"{len(levels)} of {_many(tried, 'sentence')} would have another level; "
        f"{len(found) - len(levels)} keep theirs for another reason."
    )
    if levels:
        nearer, farther = sum(each.nearer > 0 for each in levels), sum(each.nearer < 0 for each in levels)
        yield f"Nearer to the level that was written for them: {nearer}; farther from it: {farther}."


def _wanted(levels: Iterable["Level"]) -> str:
    return " or ".join(level.word for level in sorted(levels))


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
