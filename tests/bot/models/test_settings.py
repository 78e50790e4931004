"""The models of the settings: one address, or a file of several; what is wrong is said without its keys."""

from pathlib import Path

import pytest

from agents.model.fleet import Runtime
from bot.settings import parsed
from memory.errors import InvalidSettings

TOML = """
[[providers]]
name = "here"
runtime = "vllm"
base_url = "http://vllm:8000/v1"
region = "eu"

[[models]]
name = "small"
provider = "here"
input_price = "0.1"
output_price = "0.4"

[tenants.acme]
regions = ["eu"]
"""
YAML = """
providers:
  - {name: here, runtime: vllm, base_url: 'http://vllm:8000/v1', region: eu}
models:
  - {name: small, provider: here, input_price: '0.1', output_price: '0.4'}
tenants: {acme: {regions: [eu]}}
"""


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_toml_and_yaml_say_the_same(tmp_path: Path) -> None:
    toml = parsed({"models_file": written(tmp_path, "m.toml", TOML)}).fleet()
    yaml = parsed({"models_file": written(tmp_path, "m.yaml", YAML)}).fleet()
    assert toml == yaml
    assert toml.providers[0].runtime is Runtime.VLLM
    assert toml.rules_of("acme").regions == ("eu",)


def test_one_address_stays_the_simple_way_and_none_is_no_model() -> None:
    fleet = parsed({"model_url": "http://llm/v1", "model_name": "llama3.1:8b (local)"}).fleet()
    assert (fleet.models[0].name, fleet.models[0].served_as) == ("llama3.1:8b-local-", "llama3.1:8b (local)")
    assert parsed({}).fleet().models == ()
    assert not parsed({}).uses_models()


def test_keys_come_from_the_settings_or_a_file_and_never_show(tmp_path: Path) -> None:
    key = written(tmp_path, "key", "sk-from-a-file\n")
    text = TOML.replace('region = "eu"\n\n', f'api_key_file = "{key}"\n\n', 1)
    filed = parsed({"models_file": written(tmp_path, "m.toml", text)}).fleet()
    assert filed.providers[0].api_key.get_secret_value() == "sk-from-a-file"
    given = {"models_file": written(tmp_path, "n.toml", TOML), "model_api_keys": {"here": "sk-given"}}
    fleet = parsed(given).fleet()
    assert fleet.providers[0].api_key.get_secret_value() == "sk-given"
    assert "sk-given" not in repr(fleet) + fleet.model_dump_json()
    with pytest.raises(InvalidSettings, match="found there"):
        parsed({**given, "model_api_keys": {"there": "x"}}).fleet()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("providers = [", "TOML or YAML"),
        ('[[providers]]\nname = "a"', "base_url"),
        ('[[models]]\nname = "a"\nprovider = "b"', "the provider of model a"),
        ('[[providers]]\nname = "a"\nbase_url = "http://a"\napi_key = 7', "api_key"),
        ("surprise = 1", "surprise"),
    ],
)
def test_a_file_that_describes_no_models_is_refused_with_the_place(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InvalidSettings, match=why):
        parsed({"models_file": written(tmp_path, "m.toml", text)}).fleet()


def test_both_ways_at_once_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    both = {"model_url": "http://a/v1", "model_name": "a", "models_file": "m.toml"}
    with pytest.raises(InvalidSettings, match="not both"):
        parsed(both)
    with pytest.raises(InvalidSettings, match="a file with models at"):
        parsed({"models_file": str(tmp_path / "none.toml")}).fleet()
