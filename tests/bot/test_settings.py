"""Settings come from one file and the environment; what does not fit is an error that names it."""

from pathlib import Path

import pytest

from bot.settings import Profile, Settings, load, parsed
from memory.errors import InvalidSettings
from memory.model.people import Role

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"

FILE = """
profile = "development"
prometheus_url = "http://prometheus:9090"
model_url = "http://llm/v1"
model_name = "small"

[[people]]
id = "alice"
roles = ["operator"]

[[services]]
name = "checkout"
depends_on = ["payments"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "quarterdeck.toml"
    path.write_text(FILE)
    return path


def test_a_file_gives_people_services_and_addresses(file: Path) -> None:
    settings = load({"QUARTERDECK_CONFIG": str(file)})
    assert settings.profile is Profile.DEVELOPMENT
    assert settings.principals()[0].roles == (Role.OPERATOR,)
    assert settings.catalogue().names() == ("checkout",)


def test_the_environment_overrides_the_file(file: Path) -> None:
    settings = load({"QUARTERDECK_CONFIG": str(file), "QUARTERDECK_PROMETHEUS_URL": "http://other:9090"})
    assert settings.prometheus_url == "http://other:9090"


def test_nothing_given_is_production_on_a_local_file() -> None:
    settings = load({})
    assert settings.profile is Profile.PRODUCTION
    assert settings.database().startswith("sqlite:///")
    assert not settings.principals()


def test_variables_of_the_test_suite_and_of_others_are_not_settings() -> None:
    assert load({"QUARTERDECK_TEST_KUBECONFIG": "x", "PATH": "/bin"}) == load({})


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"QUARTERDECK_PROMETEUS_URL": "x"}, "prometeus_url; did you mean prometheus_url"),
        ({"QUARTERDECK_XYZZY": "x"}, "found xyzzy$"),
        ({"QUARTERDECK_PORT": "many"}, "port"),
        ({"QUARTERDECK_PROFILE": "prod"}, "profile"),
        ({"QUARTERDECK_MODEL_URL": "http://llm"}, "model_name"),
        ({"QUARTERDECK_CONFIG": "/nowhere/quarterdeck.toml"}, "nowhere"),
    ],
)
def test_what_does_not_fit_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidSettings, match=message):
        load(environment)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port = ", "TOML"),
        ("prot = 1", "did you mean port"),
        ('[[people]]\nid = "a"\n[[people]]\nid = "a"', "name of its own"),
        ('[[people]]\nid = "a"\nroles = ["king"]', r"people\.0\.roles"),
        ('[[services]]\nname = "a"\nowns = "b"', r"services\.0\.owns"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "q.toml"
    path.write_text(text)
    with pytest.raises(InvalidSettings, match=message):
        load({"QUARTERDECK_CONFIG": str(path)})


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidSettings, match="UTF-8"):
        load({"QUARTERDECK_CONFIG": str(path)})


def test_secrets_show_neither_in_the_settings_nor_in_an_error() -> None:
    secret = "hunter2-hunter2"
    assert secret not in repr(parsed({"model_api_key": secret}))
    with pytest.raises(InvalidSettings) as found:
        parsed({"model_api_key": {"key": secret}})
    assert secret not in str(found.value)
    assert found.value.__cause__ is None


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description
    assert f"| `{name}` | {field.description} |" in DOCUMENT.read_text(encoding="utf-8")
