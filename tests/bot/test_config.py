"""The configuration: where values come from, what is refused, and that no value is ever shown."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.config import Settings, StorageSettings
from bot.config_sources import load
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
CANARY = "canary-7f3a"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "config.toml", mode: int = 0o600) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def mistakes(text: str = "", **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(written(text), environ)
    return str(caught.value)


def test_nothing_set_gives_the_defaults():
    settings = load(None, {})
    assert settings == Settings()
    assert settings.storage.async_url == "sqlite+aiosqlite:///holdspace.sqlite3"
    assert settings.encryption.key_file == Path("secrets/holdspace.key")
    assert settings.health.port == 8377
    assert settings.discord.local is None


def test_the_example_needs_only_a_token():
    settings = load(EXAMPLE, {"HOLDSPACE_DISCORD__TOKEN": "abc.def"})
    assert settings.discord.require_token() == "abc.def"
    assert settings == load(None, {"HOLDSPACE_DISCORD__TOKEN": "abc.def"}), "the example shows the defaults"


def test_the_example_names_every_setting_and_no_other():
    text = EXAMPLE.read_text(encoding="utf-8")
    uncommented = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and " = " in line else line for line in text.splitlines()
    )
    shown = {section: set(values) for section, values in tomllib.loads(uncommented).items()}
    known = {name: set(type(getattr(Settings(), name)).model_fields) for name in Settings.model_fields}
    assert shown == known


def test_the_example_is_valid_with_every_line_switched_on():
    text = EXAMPLE.read_text(encoding="utf-8")
    on = [line.removeprefix("# ") if line.startswith("# ") and " = " in line else line for line in text.splitlines()]
    settings = load(written("\n".join(on)), {})
    assert settings.discord.local == ("http://127.0.0.1:8080/api/v10", "ws://127.0.0.1:8080")
    assert settings.discord.shard_ids == (0, 1)


def test_every_setting_says_what_it_is():
    for name, section in Settings.model_fields.items():
        assert section.description, name
        for field, info in type(getattr(Settings(), name)).model_fields.items():
            assert info.description, f"{name}.{field}"


def test_the_environment_wins_over_the_secrets_folder_and_that_over_the_file():
    Path("hidden").mkdir()
    Path("hidden/storage__url").write_text("sqlite:///from-secrets.db\n")
    Path("hidden/discord__token").write_text("from-secrets\n")
    path = written(
        '[storage]\nurl = "sqlite:///from-file.db"\n[discord]\ntoken = "from-file"\n[log]\nlevel = "error"\n'
    )
    environ = {"HOLDSPACE_SECRETS_DIR": "hidden", "HOLDSPACE_DISCORD__TOKEN": "from-environment"}
    settings = load(path, environ)
    assert settings.discord.require_token() == "from-environment"
    assert settings.storage.sqlite_path == Path("from-secrets.db")
    assert settings.log.level == "error"


def test_systemd_credentials_and_the_folder_named_secrets_are_read_without_being_named():
    Path("secrets").mkdir()
    Path("secrets/discord__token").write_text("in-secrets")
    Path("secrets/holdspace.key").write_text("1:not-a-setting")
    assert load(None, {}).discord.require_token() == "in-secrets"
    Path("credentials").mkdir()
    Path("credentials/DISCORD__TOKEN").write_text("from-systemd")
    assert load(None, {"CREDENTIALS_DIRECTORY": "credentials"}).discord.require_token() == "from-systemd"


def test_the_file_is_the_one_named_or_the_variables_or_config_toml():
    written('[log]\nlevel = "debug"\n')
    written('[log]\nlevel = "warning"\n', "other.toml")
    written('[log]\nlevel = "error"\n', "third.toml")
    assert load(None, {}).log.level == "debug"
    assert load(None, {"HOLDSPACE_CONFIG": "other.toml"}).log.level == "warning"
    assert load(Path("third.toml"), {"HOLDSPACE_CONFIG": "other.toml"}).log.level == "error"


def test_a_file_that_is_named_but_missing_is_an_error():
    with pytest.raises(ConfigError, match=r"no configuration file gone\.toml\.\nMake one with holdspace init"):
        load(Path("gone.toml"), {})


def test_a_slip_in_the_toml_is_told_with_its_line():
    assert "line 2" in mistakes("[log]\nlevel debug\n")


def test_a_file_from_windows_with_a_byte_order_mark_is_read():
    Path("config.toml").write_bytes(b'\xef\xbb\xbf[log]\r\nlevel = "debug"\r\n')
    assert load(None, {}).log.level == "debug"


def test_a_file_in_another_encoding_is_refused_in_words():
    Path("config.toml").write_bytes(b'[log]\nlevel = "d\xe9bug"\n')
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(None, {})


def test_all_mistakes_come_at_once_each_with_its_path_and_a_remedy():
    told = mistakes(
        '[discord]\ntokn = "x"\napi_url = "https://discord.com/api/v10"\n[storage]\nurl = "mysql://x/y"\n'
        '[health]\nhost = "0.0.0.0"\nport = "many"\n[logs]\nlevel = "info"\n',
        HOLDSPACE_LOG__LEVEL="loud",
        HOLDSPACE_DISCRD__TOKEN="x",
    )
    assert "8 mistakes" in told
    assert "discord.tokn (config.toml): there is no such setting. Did you mean discord.token?" in told
    assert "discord.api_url (config.toml): write it as http://127.0.0.1:PORT/api/v10" in told
    assert "storage.url (config.toml): this is no database that Holdspace knows." in told
    assert "health.host (config.toml): only this machine may ask" in told
    assert "health.port (config.toml): input should be a valid integer" in told
    assert "logs (config.toml): there is no such setting. Did you mean [log]?" in told
    assert "log.level (HOLDSPACE_LOG__LEVEL): input should be 'debug', 'info', 'warning' or 'error'" in told
    assert "HOLDSPACE_DISCRD__TOKEN: there is no such setting. Did you mean HOLDSPACE_DISCORD__TOKEN?" in told
    assert "config.example.toml" in told


def test_one_underscore_in_place_of_two_is_noticed():
    told = mistakes(HOLDSPACE_DISCORD_TOKEN="x")
    assert "HOLDSPACE_DISCORD_TOKEN: there is no such setting. Did you mean HOLDSPACE_DISCORD__TOKEN?" in told


def test_other_peoples_variables_with_our_prefix_are_left_alone():
    load(None, {"HOLDSPACE_SERVICE_HOST": "10.0.0.1", "HOLDSPACE_TEST_PG_URL": "postgresql://x/y", "PATH": "/bin"})


def test_an_empty_variable_counts_as_not_set():
    assert load(written('[log]\nlevel = "error"\n'), {"HOLDSPACE_LOG__LEVEL": ""}).log.level == "error"


def test_a_setting_in_the_wrong_section_is_pointed_to_the_right_one():
    assert "Did you mean log.level?" in mistakes('[discord]\nlevel = "info"\n')


def test_a_value_where_a_section_belongs_is_told():
    assert "discord (config.toml): this is a section. Write [discord]" in mistakes('discord = "token"\n')
    assert "HOLDSPACE_DISCORD: name one setting" in mistakes(HOLDSPACE_DISCORD="token")


def test_a_value_where_a_section_belongs_is_told_although_a_secret_fills_the_section():
    assert "discord (config.toml): this is a section" in mistakes("discord = 5", HOLDSPACE_DISCORD__TOKEN="a.b")


def test_a_secret_from_a_windows_editor_is_read_and_one_that_is_no_text_named():
    secrets = Path("secrets")
    secrets.mkdir()
    (secrets / "discord__token").write_bytes(b"\xef\xbb\xbfabc.def\r\n")
    assert load(None, {}).discord.require_token() == "abc.def"
    (secrets / "discord__token").write_bytes(b"\xff\xfea")
    with pytest.raises(ConfigError, match="secrets/discord__token is no text"):
        load(None, {})


def test_a_whole_section_may_come_as_json():
    assert load(None, {"HOLDSPACE_LOG": '{"level": "error"}'}).log.level == "error"


@pytest.mark.parametrize("listed", ["[0, 2]", "0,2", " 0, 2 "])
def test_shards_come_from_the_environment_as_a_list(listed: str):
    settings = load(None, {"HOLDSPACE_DISCORD__SHARD_IDS": listed, "HOLDSPACE_DISCORD__SHARD_COUNT": "3"})
    assert settings.discord.shard_ids == (0, 2)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("shard_ids = [0]", "shard_ids needs shard_count"),
        ("shard_ids = [2]\nshard_count = 2", "each from 0 to shard_count - 1"),
        ("shard_ids = []\nshard_count = 2", "at least one shard"),
        ("shard_count = 0", "greater than or equal to 1"),
        ('api_url = "http://127.0.0.1:1/api/v10"', "both or not at all"),
        ('token = "two words"', "a token is one word"),
    ],
)
def test_discord_settings_that_do_not_fit_together_are_refused(table: str, told: str):
    assert told in mistakes(f"[discord]\n{table}\n")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org:8080/api/v10",
        "https://127.0.0.1:8080/api/v10",
        "http://127.0.0.1/api/v10",
        "http://127.0.0.1:8080/api/v9",
        "http://127.0.0.1.example.org:8080/api/v10",
        "http://127.0.0.1:8080@example.org:80/api/v10",
        "http://10.0.0.1:8080/api/v10",
        "http://0.0.0.0:8080/api/v10",
        "http://127.0.0.1:99999/api/v10",
        "127.0.0.1:8080/api/v10",
    ],
)
def test_only_a_server_on_this_machine_can_stand_in_for_discord(url: str):
    told = mistakes(f'[discord]\napi_url = "{url}"\ngateway_url = "ws://127.0.0.1:8080"\n')
    assert "http://127.0.0.1:PORT/api/v10" in told
    assert "example.org" not in told


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "127.9.9.9"])
def test_every_loopback_address_is_accepted(host: str):
    environ = {
        "HOLDSPACE_DISCORD__API_URL": f"http://{host}:8080/api/v10/",
        "HOLDSPACE_DISCORD__GATEWAY_URL": f"ws://{host}:8080/",
    }
    assert load(None, environ).discord.local == (f"http://{host}:8080/api/v10", f"ws://{host}:8080")


@pytest.mark.parametrize(
    ("url", "driver_url"),
    [
        ("sqlite:///here.db", "sqlite+aiosqlite:///here.db"),
        ("sqlite:////srv/there.db", "sqlite+aiosqlite:////srv/there.db"),
        ("postgresql://me:secret@db:5433/holdspace", "postgresql+asyncpg://me:secret@db:5433/holdspace"),
        ("postgresql://db/holdspace?sslmode=verify-full", "postgresql+asyncpg://db/holdspace?ssl=verify-full"),
        ("postgresql:///holdspace?host=/run/pg", "postgresql+asyncpg:///holdspace?host=%2Frun%2Fpg"),
    ],
)
def test_the_driver_is_chosen_for_the_operator(url: str, driver_url: str):
    assert StorageSettings(url=SecretStr(url)).async_url == driver_url


def test_a_sqlite_path_is_relative_or_absolute_by_its_slashes():
    assert StorageSettings(url=SecretStr("sqlite:///a/b.db")).sqlite_path == Path("a/b.db")
    assert StorageSettings(url=SecretStr("sqlite:////a/b.db")).sqlite_path == Path("/a/b.db")
    assert StorageSettings(url=SecretStr("postgresql://h/d")).sqlite_path is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "holdspace.sqlite3",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///folder/",
        "sqlite:///x.db?mode=ro",
        "sqlite+aiosqlite:///x.db",
        "postgres://h/d",
        "postgresql+asyncpg://h/d",
        "postgresql://h",
        "postgresql://me:p/w@h:5432/d",
        "postgresql://h/d?connect_timeout=3",
        "mysql://h/d",
    ],
)
def test_any_other_database_address_is_refused(url: str):
    with pytest.raises(ValidationError):
        StorageSettings(url=SecretStr(url))


def test_the_database_is_shown_without_its_password():
    shown = StorageSettings(url=SecretStr(f"postgresql://me:{CANARY}@db.example/holdspace")).shown
    assert shown == "PostgreSQL, holdspace on db.example"


def test_a_secret_in_a_file_that_everybody_can_read_is_refused():
    path = written(f'[discord]\ntoken = "{CANARY}"\n', mode=0o644)
    with pytest.raises(ConfigError, match=r"every account of this machine can read it\. Close it: chmod 600"):
        load(path, {})
    path.chmod(0o640)
    assert load(path, {}).discord.require_token() == CANARY


def test_without_a_token_the_message_says_where_to_put_it():
    with pytest.raises(ConfigError, match="HOLDSPACE_DISCORD__TOKEN"):
        load(None, {}).discord.require_token()


def test_a_secrets_folder_that_is_not_there_is_a_mistake():
    with pytest.raises(ConfigError, match="secrets folder nowhere cannot be read"):
        load(None, {"HOLDSPACE_SECRETS_DIR": "nowhere"})


def _places() -> list[tuple[str, str]]:
    return [(s, f) for s in Settings.model_fields for f in type(getattr(Settings(), s)).model_fields]


def outcome(variable: str, value: str) -> str:
    """Return what can be seen of the settings, or of the mistakes."""
    try:
        settings = load(None, {variable: value})
    except ConfigError as error:
        return str(error)
    return repr(settings.discord) + repr(settings.storage) + settings.storage.shown


@given(
    place=st.sampled_from(_places()), tail=st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=8)
)
def test_no_value_is_ever_echoed(place: tuple[str, str], tail: str):
    variable = "HOLDSPACE_" + "__".join(place).upper()
    for value in (f"{CANARY}{tail}", f"postgresql://me:{CANARY}@{tail}", f"http://{CANARY}:{CANARY}@x{tail}"):
        assert CANARY not in outcome(variable, value)


def test_no_value_from_the_file_is_ever_echoed():
    sections: dict[str, list[str]] = {}
    for section, field in _places():
        sections.setdefault(section, [f"[{section}]"]).append(f'{field} = [["{CANARY}"]]')
    told = mistakes("\n".join(line for lines in sections.values() for line in lines))
    assert CANARY not in told
    assert all(f"{section}.{field}" in told for section, field in _places())
