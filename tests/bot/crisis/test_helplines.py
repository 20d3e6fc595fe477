"""Crisis lines are facts with a source; no number comes from anywhere else."""

import csv
from pathlib import Path

import pytest

from bot.crisis.member.helplines import DIRECTORY, Helplines
from bot.errors import BadInput

LINES = Helplines.load()
GOOD = """
[[line]]
country = "US"
name = "A line"
phone = "988"
confidence = "high"
source = "somewhere"
"""


def test_every_row_has_a_source_and_nobody_has_dated_one_that_no_therapist_checked():
    assert LINES.all()
    for line in LINES.all():
        assert line.source
        assert line.verified_on is None


def test_only_the_surest_rows_are_shown_for_a_country():
    for line in LINES.all():
        assert line.confidence == "high" or line.country == DIRECTORY
        if line.country != DIRECTORY:
            assert line in LINES.of(line.country)


def test_a_country_without_a_row_gets_directories_and_no_number():
    assert LINES.of("XX") == []
    assert LINES.emergency("XX") is None
    assert len(LINES.directories()) == 2
    assert all(line.website and not line.phone for line in LINES.directories())


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("US", "911"),
        ("GB", "999 or 112"),
        ("IE", "999 or 112"),
        ("DE", "112"),
        ("AU", "000"),
        ("JP", "119"),
        ("NZ", None),
    ],
)
def test_emergency_numbers_are_those_that_a_source_names(country, number):
    assert LINES.emergency(country) == number


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('source = "somewhere"', ""), "no source"),
        (('phone = "988"', 'phone = "+988"'), "short code"),
        (('phone = "988"', ""), "no number"),
        (('name = "A line"', ""), "no name"),
        (('confidence = "high"', 'confidence = "high"\nverified_on = "last week"'), "date"),
        (('confidence = "high"', 'confidence = "high"\ncolour = "red"'), "not known"),
        (("[[line]]", "[[line"), "TOML"),
    ],
)
def test_a_row_that_must_not_be_shown_to_anybody_is_refused(change, says):
    with pytest.raises(BadInput, match=says) as refused:
        Helplines.load(GOOD.replace(*change))
    assert refused.value.remedy


def test_a_second_emergency_number_for_a_country_is_refused():
    row = '[[emergency]]\ncountries = ["US"]\nnumber = "911"\nsource = "x"\n'
    with pytest.raises(BadInput, match="two emergency rows"):
        Helplines.load(row + row)


def test_the_table_holds_nothing_that_its_origin_does_not(request):
    origin = Path(__file__).parents[4] / "shared" / "reference" / "crisis_lines.csv"
    if not origin.exists():
        pytest.skip("the table's origin is not beside the project")
    with origin.open(encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    for line in LINES.all():
        row = rows[line.name]
        assert (line.country, line.phone, line.text) == (row["country_code"], row["phone"].strip(), row["text"].strip())
