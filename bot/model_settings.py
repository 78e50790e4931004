"""The settings of language models, a part of all settings (`bot.settings`), and the file that names several."""

import tomllib
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator

from agents.model.endpoint import ModelEndpoint
from agents.model.fleet import Fleet
from agents.profiles import DataProfile
from agents.tone import Tone
from memory.errors import InvalidSettings

LARGEST_FILE = 2**20  # bytes


class ModelSettings(BaseModel):
    """One model by its address is the simple way; `models_file` names several, with prices and rules."""

    model_url: str = Field(default="", description="An OpenAI-compatible endpoint; empty: no language model")
    model_name: str = Field(default="", description="The model to ask at `model_url`")
    model_api_key: SecretStr = Field(default=SecretStr(""), description="The key for `model_url`")
    model_timeout_s: float = Field(default=4.0, gt=0, le=120, description="How long the model may take")
    models_file: Path | None = Field(
        default=None, description="A TOML or YAML file with providers, models and rules, for `model_url`"
    )
    model_api_keys: dict[str, SecretStr] = Field(
        default={}, description="The keys of the providers in `models_file`, by the provider's name"
    )
    model_turn_s: float = Field(
        default=20.0, gt=0, le=300, description="How long all models together may take in one turn, in s"
    )
    model_cache_hours: int = Field(
        default=12, ge=0, le=168, description="How long a model's reading of a question is used again; 0: never"
    )
    model_investigates: bool = Field(
        default=True, description="Whether a model also looks into what is wrong, with tools that read"
    )
    model_probe_s: int = Field(
        default=30,
        ge=0,
        le=3600,
        description="How often models' providers are asked whether they are up; 0: never",
    )
    tone: Tone = Field(default=Tone.PLAIN, description="How replies sound: plain or warm")
    data_profile: DataProfile = Field(
        default=DataProfile(), description="What of secrets and personal data a model is shown"
    )

    @model_validator(mode="after")
    def _one_way_to_models(self) -> Self:
        if bool(self.model_url) != bool(self.model_name):
            raise ValueError("model_url and model_name are given together or not at all")
        if self.model_url and self.models_file:
            raise ValueError("model_url or models_file is given, not both")
        return self

    def uses_models(self) -> bool:
        """Return whether there is a language model."""
        return bool(self.model_url or self.models_file)

    def fleet(self) -> Fleet:
        """Return the models there are, with the providers' keys; raises `InvalidSettings`. Reads files."""
        if self.models_file is not None:
            return _keyed(read_fleet(self.models_file), self.model_api_keys)
        if not self.model_url:
            return Fleet()
        endpoint = ModelEndpoint(
            base_url=self.model_url,
            model=self.model_name,
            api_key=self.model_api_key,
            timeout_s=self.model_timeout_s,
        )
        try:
            provider, model = endpoint.alone()
        except ValidationError as error:
            raise InvalidSettings(f"expected model_url to be an address, found: {_first(error)}") from None
        return Fleet(providers=(provider,), models=(model,))


def read_fleet(path: Path) -> Fleet:
    """Return the fleet that a file describes; raises `InvalidSettings`."""
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_FILE:
            raise InvalidSettings(f"expected {path} to have at most {LARGEST_FILE} bytes, found {len(data)}")
        text = data.decode()
        found: Any = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except OSError as error:
        raise InvalidSettings(f"expected a file with models at {path}, found: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidSettings(f"expected {path} to be TOML or YAML in UTF-8, found: {error}") from None
    try:
        return Fleet.model_validate(found or {})
    except ValidationError as error:  # its cause would print values, keys among them
        raise InvalidSettings(f"expected {path} to describe models, found: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _keyed(fleet: Fleet, keys: dict[str, SecretStr]) -> Fleet:
    """Return the fleet with each provider's key, from the settings or its own file."""
    unknown = set(keys) - {each.name for each in fleet.providers}
    if unknown:
        raise InvalidSettings(f"expected model_api_keys to be for providers, found {', '.join(sorted(unknown))}")
    providers = []
    for each in fleet.providers:
        key = keys.get(each.name, each.api_key)
        if each.api_key_file is not None:
            try:
                key = SecretStr(each.api_key_file.read_text(encoding="utf-8").strip())
            except OSError as error:
                raise InvalidSettings(
                    f"expected the key of {each.name} in {each.api_key_file}, found: {error.strerror}"
                ) from error
        providers.append(each.model_copy(update={"api_key": key}))
    return fleet.model_copy(update={"providers": tuple(providers)})
