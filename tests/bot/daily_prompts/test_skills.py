"""The exercises that come along, and a member's toolbox."""

from pathlib import Path

import pytest

from bot.daily_prompts.checks import topics_in
from bot.daily_prompts.library import built_in, load
from bot.daily_prompts.reading_age import reading_age
from bot.daily_prompts.skills import toolbox as store
from bot.daily_prompts.skills.library import Skills
from bot.daily_prompts.skills.toolbox import Toolbox
from bot.privacy.contract import Whose
from tests.bot.daily_prompts.build import write
from tests.support.groups import ALICE, BEN

SKILLS = Skills.load()
WANTED = {
    "box_breathing", "slow_breathing", "five_senses", "muscle_relaxation", "leaves_on_a_stream", "thought_record",
    "reframing", "worry_time", "urge_surfing", "opposite_action", "self_compassion_break", "values", "i_statement",
    "active_listening", "asking_for_help", "saying_no",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_exercise_is_there_short_enough_and_easy_to_read(language: str) -> None:
    skills = SKILLS.of(language)
    assert set(skills) == WANTED
    vocabulary = load(language, built_in(language)).vocabulary
    assert {key: name.lower() for key, name in vocabulary.skills.items()} == {
        key: skill.name.lower() for key, skill in skills.items()
    }
    for skill in skills.values():
        assert len(skill.name) <= 60, skill.id
        assert len(skill.summary) <= 100, skill.id
        assert 5 <= len(skill.steps) <= 12, skill.id
        assert sum(step.seconds for step in skill.steps) < 12 * 60, "an answer can be edited for 15 minutes"
        whole = " ".join([skill.summary, skill.when, skill.care, *(step.text for step in skill.steps)])
        assert len(whole) < 3500, skill.id
        assert "!" not in whole
        assert not {"suicid", "kill", "matar"} & set(whole.lower().split())
        assert set(topics_in(whole, vocabulary)) & {"breathing"} <= skill.topics | {"breathing"}
    age = reading_age((step.text for skill in skills.values() for step in skill.steps), language)
    assert age is not None
    assert age <= 11


def test_holding_the_breath_is_never_demanded() -> None:
    for language in ("en", "es"):
        for name in ("box_breathing", "slow_breathing"):
            skill = SKILLS.of(language)[name]
            whole = " ".join([skill.care, *(step.text for step in skill.steps)]).lower()
            assert "hold your breath while" not in whole
            assert "aguanta " not in whole
            assert {"en": "leave", "es": "sáltalos"}[language] in skill.care or "7" in skill.care


def test_an_unknown_language_gets_the_english_ones() -> None:
    assert SKILLS.of("tlh") == SKILLS.of("en")


def test_a_broken_file_is_named_and_the_others_serve(tmp_path: Path) -> None:
    good = 'name = "A"\nsummary = "B"\nwhen = "C"\ncare = "D"\n[[step]]\ntext = "E"\nseconds = 5\n'
    write(tmp_path / "en" / "skills", good=good, none=good.replace("care", "car"), long=good.replace("= 5", "= 500"))
    (tmp_path / "en" / "skills" / "torn.toml").write_text("name = ")
    skills = Skills.load(tmp_path)
    assert set(skills.of("en")) == {"good"}
    told = [problem.message for problem in skills.problems]
    assert told[0] == "prompts/en/skills/long.toml lacks something: 'seconds' must be a number from 1 to 120."
    assert told[1] == "prompts/en/skills/none.toml lacks something: 'care'."
    assert told[2].startswith("prompts/en/skills/torn.toml cannot be read")


async def test_a_toolbox_is_ones_own(database, clock):
    box = Toolbox(database)
    for skill in ("values", "values", "saying_no"):
        await box.put(ALICE, skill, clock.now())
    assert set(await box.of(ALICE)) == {"values", "saying_no"}
    assert await box.of(BEN) == []
    await box.take_out(ALICE, "values")
    assert await box.of(ALICE) == ["saying_no"]


async def test_an_erase_within_groups_leaves_the_toolbox_and_a_whole_one_empties_it(database, clock):
    box = Toolbox(database)
    await box.put(ALICE, "values", clock.now())
    async with database.write() as tx:
        await store.forget(tx, Whose(ALICE, frozenset({"tuesday"})))
    assert await box.of(ALICE) == ["values"]
    async with database.write() as tx:
        await store.forget(tx, Whose(ALICE))
    assert await box.of(ALICE) == []
