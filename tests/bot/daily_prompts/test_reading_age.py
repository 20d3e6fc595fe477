import pytest

from bot.daily_prompts.reading_age import english_syllables, reading_age, spanish_syllables

ENGLISH = """the:1 one:1 use:1 be:1 you:1 your:1 whole:1 named:1 tired:1 asked:1 called:1 piece:1 friend:1 voice:1
table:2 little:2 people:2 quiet:2 someone:2 something:2 sometimes:2 evening:2 every:2 lately:2 helpful:2 moment:2
wanted:2 settled:2 pieces:2 being:2 sentence:2 open:2 idea:3 area:3 radio:3 curious:3 usual:3 created:3 sentences:3
everything:3 anyone:3 easier:3 boundary:3 therapist:3 imagine:3 notices:3"""

SPANISH = """y:1 hoy:1 muy:1 rey:1 día:2 oído:3 guerra:2 quiero:2 ciudad:2 aire:2 caos:2 leer:2 tía:2 grupo:2 sesión:2
ahora:3 ayuda:3 semana:3 escuchar:3 siguiente:3 pingüino:3 vergüenza:3 cooperar:4 respiración:4"""


@pytest.mark.parametrize("case", ENGLISH.split())
def test_english_syllables_are_counted(case: str) -> None:
    word, count = case.split(":")
    assert english_syllables(word) == int(count)


@pytest.mark.parametrize("case", SPANISH.split())
def test_spanish_syllables_are_counted(case: str) -> None:
    word, count = case.split(":")
    assert spanish_syllables(word) == int(count)


@pytest.mark.parametrize(
    ("language", "easy", "hard"),
    [
        (
            "en",
            "The cat sat on the mat. The dog ran to the door.",
            "Considerable deliberation regarding contraindications necessitates collaboration.",
        ),
        (
            "es",
            "El gato come en la mesa. El perro va a la puerta.",
            "La utilización de intervenciones multidimensionales requiere considerable deliberación.",
        ),
    ],
)
def test_a_childrens_text_is_younger_than_a_manual(language: str, easy: str, hard: str) -> None:
    young, old = reading_age([easy], language), reading_age([hard], language)
    assert young is not None
    assert old is not None
    assert young < 9
    assert old > 17


def test_the_english_figure_is_the_flesch_kincaid_grade_and_five_years() -> None:
    text = "Somebody is listening. Somebody is waiting. Somebody is reading."
    syllables = (3 + 1 + 3) + (3 + 1 + 2) + (3 + 1 + 2)
    assert reading_age([text], "en") == pytest.approx(0.39 * 3 + 11.8 * syllables / 9 - 15.59 + 5)


def test_the_spanish_figure_follows_the_table_of_school_years() -> None:
    # 8 words in one sentence, 16 syllables: 206.84 - 120 - 8.16 = 78.68, a little above the sixth year's 70
    text = "Cada lunes miro todo desde otra silla vieja."
    assert reading_age([text], "es") == pytest.approx(10 + (80 - 78.68) / 10)


@pytest.mark.parametrize("texts", [[], [""], ["... 12 ?"]])
def test_nothing_to_read_has_no_age(texts: list[str]) -> None:
    assert reading_age(texts, "en") is None


def test_a_language_without_a_formula_has_no_age() -> None:
    assert reading_age(["Wie geht es dir?"], "de") is None
