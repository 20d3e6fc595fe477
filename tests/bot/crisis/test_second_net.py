"""The second net: what the rule has to be, when there can be none, and that screening finds its phrases too."""

from dataclasses import replace

import pytest

from bot.crisis.screening import Context, Level, views_of
from bot.crisis.watching.second_net import EXEMPT, KEYWORDS, Rule, SecondNets, Server, in_step, phrases, rule_for
from bot.errors import BadInput
from bot.groups import toml_file
from tests.support.groups import CARE, CIRCLE, TUESDAY, tuesday
from tests.support.seeded import shipped_screener

KNOWN = phrases()
SERVER = Server(may_manage=True, channels=frozenset({CIRCLE, CARE, 7, 8}), other_rules=0)


@pytest.mark.parametrize("phrase", [phrase for listed in KNOWN.values() for phrase in listed])
def test_screening_finds_each_phrase_too(phrase):
    assert shipped_screener().assess(views_of(phrase), Context()).level >= Level.HIGH


def test_every_phrase_is_one_that_discord_takes():
    assert {"en", "es"} <= set(KNOWN)
    with pytest.raises(BadInput):
        phrases(f'en = ["{"x" * 61}"]')
    with pytest.raises(BadInput):
        phrases(f"en = {['x'] * (KEYWORDS + 1)}")


def test_the_rule_leaves_out_every_channel_but_the_circle_and_tells_the_care_channel(clock):
    rule = rule_for(tuesday(clock.now()), SERVER, KNOWN)
    assert isinstance(rule, Rule)
    assert rule.exempt == {CARE, 7, 8}
    assert rule.alert == CARE
    assert in_step(rule, rule.keywords, rule.exempt, CARE, on=True)
    assert not in_step(rule, rule.keywords, rule.exempt - {7}, CARE, on=True)
    assert not in_step(rule, rule.keywords, rule.exempt, CARE, on=False)


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (replace(SERVER, may_manage=False), "second_net_no_right"),
        (replace(SERVER, channels=frozenset(range(1, EXEMPT + 2))), "second_net_too_many_channels"),
        (replace(SERVER, other_rules=6), "second_net_too_many_rules"),
    ],
)
def test_where_it_cannot_be_what_it_has_to_be_there_is_none(clock, server, reason):
    assert rule_for(tuesday(clock.now()), server, KNOWN) == reason


def test_a_language_without_phrases_has_none(clock):
    assert rule_for(replace(tuesday(clock.now()), language="de"), SERVER, KNOWN) == "second_net_no_words"


def test_it_is_chosen_in_the_groups_file_and_written_back(clock):
    text = TUESDAY.replace('acknowledge_within = "5m"', 'acknowledge_within = "5m"\nsecond_net = true')
    (group,) = toml_file.parse(text, clock.now())
    assert group.escalation.second_net
    (again,) = toml_file.parse(toml_file.write([group]), clock.now())
    assert again.escalation == group.escalation
    assert not tuesday(clock.now()).escalation.second_net
    with pytest.raises(BadInput, match="second_net is neither true nor false"):
        toml_file.parse(text.replace("second_net = true", 'second_net = "yes"'), clock.now())


async def test_rules_are_looked_at_every_ten_minutes(clock):
    from datetime import timedelta

    looked = []

    async def keep():
        looked.append(clock.now())

    nets = SecondNets()
    nets.keep_with(keep)
    for _ in range(25):
        await nets.run_due(clock.advance(timedelta(minutes=1)))
    assert len(looked) == 2
