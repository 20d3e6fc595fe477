"""Targets outside Discord in the settings: where their addresses may stand, and that these are never shown."""

import pytest

from bot.config import PagingSettings
from bot.config_sources import load
from bot.crisis.outside.pages import refuse_wrong_addresses, targets_of
from bot.errors import ConfigError

SECRET = "ntfys://example.org/very-secret-topic"


def targets(text, tmp_path, **environ):
    path = tmp_path / "config.toml"
    path.write_text(text)
    path.chmod(0o600)
    return targets_of(load(path, {"HOLDSPACE_SECRETS_DIR": str(tmp_path / "secrets"), **environ}).paging)


@pytest.fixture(autouse=True)
def secrets(tmp_path):
    (tmp_path / "secrets").mkdir()
    return tmp_path / "secrets"


NAMED = '[[paging.target]]\nname = "maria_phone"\ntherapist = 3001\n'


def test_an_address_may_stand_in_the_file(tmp_path):
    found = targets(f'{NAMED}url = "{SECRET}"\n', tmp_path).named("maria_phone")
    assert found is not None
    assert found.url.get_secret_value() == SECRET
    assert found.therapist == 3001


def test_an_address_may_come_from_the_environment(tmp_path):
    found = targets(NAMED, tmp_path, HOLDSPACE_PAGING__URLS__MARIA_PHONE=SECRET).of([3001])
    assert [target.url.get_secret_value() for target in found] == [SECRET]


def test_a_name_with_a_dash_is_found_in_the_environment_too(tmp_path):
    text = NAMED.replace("maria_phone", "practice-phone")
    (found,) = targets(text, tmp_path, HOLDSPACE_PAGING__URLS__PRACTICE_PHONE=SECRET)
    assert found.name == "practice-phone"


def test_an_address_may_come_from_the_secrets_folder(tmp_path, secrets):
    (secrets / "paging__urls__maria_phone").write_text(SECRET + "\n")
    (found,) = targets(NAMED, tmp_path)
    assert found.url.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (NAMED, "maria_phone has no address"),
        (f'{NAMED}url = "{SECRET}"\n{NAMED}url = "{SECRET}"\n', "two targets have the name maria_phone"),
        (f'[paging]\nurls = {{ tom = "{SECRET}" }}\n', "there is an address for tom"),
        (
            f'[paging]\nurls = {{ maria_phone = "{SECRET}" }}\n{NAMED}url = "{SECRET}"\n',
            "maria_phone has two addresses",
        ),
        ('[[paging.target]]\nname = "Maria!"\n', "paging.target.0.name"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_the_address_is_not_shown(tmp_path, text, told):
    with pytest.raises(ConfigError) as refused:
        targets(text, tmp_path)
    assert told in str(refused.value)
    assert "secret" not in refused.value.message.replace("secrets folder", "")


def test_a_file_with_an_address_in_it_must_be_closed_to_other_accounts(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(f'{NAMED}url = "{SECRET}"\n')
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        load(path, {"HOLDSPACE_SECRETS_DIR": str(tmp_path / "secrets")})


@pytest.mark.parametrize("address", ["hallo", "nosuch://very-secret-topic", "twilio://very-secret", "dbus://"])
def test_an_address_that_cannot_be_used_is_refused_by_its_name(address):
    settings = PagingSettings.model_validate({"target": [{"name": "maria_phone", "url": address}]})
    with pytest.raises(ConfigError) as refused:
        refuse_wrong_addresses(targets_of(settings))
    assert "paging.target maria_phone" in refused.value.message
    assert "holdspace page test" in refused.value.remedy
    assert address not in str(refused.value)
