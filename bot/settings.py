"""What Quarterdeck is told from outside: one TOML file, overridden by `QUARTERDECK_…` variables.

The only module that reads the environment. A name it does not know is an error, never ignored: a typo in a
setting must not quietly leave production on a default.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from memory.errors import InvalidSettings
from memory.model.catalogue import Catalogue, Service
from memory.model.people import Principal, PrincipalKind, Role
from memory.model.value import Identifier, Value

PREFIX = "QUARTERDECK_"
TEST_PREFIX = "QUARTERDECK_TEST_"  # for the test suite alone
CONFIG = "QUARTERDECK_CONFIG"  # the TOML file; `quarterdeck.toml` in the working directory where not set


class Profile(StrEnum):
    """How careful start-up is. Only `demo` and `development` accept people who merely say who they are."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    DEMO = "demo"


class Person(Value):
    """A person or program of the tenant, as the settings file lists them."""

    id: Identifier
    name: str = ""
    kind: PrincipalKind = PrincipalKind.PERSON
    roles: tuple[Role, ...] = (Role.VIEWER,)
    teams: tuple[str, ...] = ()


class Settings(BaseModel):
    """Every setting, with its default. `docs/settings.md` lists them; a test fails where it does not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Profile = Field(default=Profile.PRODUCTION, description="production, development or demo")
    home: Path = Field(default=Path.home() / ".quarterdeck", description="Where local state is kept")
    database_url: str = Field(default="", description="sqlite:///PATH or postgresql://…; empty: SQLite in `home`")
    tenant: Identifier = Field(default="default", description="The tenant this process serves")
    timezone: str = Field(default="UTC", description="Where days and weeks begin, as an IANA name")
    host: str = Field(default="127.0.0.1", description="The address `serve` listens on")
    port: int = Field(default=8480, ge=0, le=65535, description="The port `serve` listens on; 0 picks a free one")
    public_url: str = Field(default="", description="Where people reach the console; empty: http://host:port")
    server_url: str = Field(default="", description="CLI: the server to talk to; empty: work in this process")
    api_key: SecretStr = Field(default=SecretStr(""), description="CLI: the key for `server_url`")
    principal: str = Field(default="", description="CLI without a server: who you are, an id of `people`")
    prometheus_url: str = Field(default="", description="Prometheus; empty: no metrics")
    prometheus_token: SecretStr = Field(default=SecretStr(""), description="Bearer token for Prometheus")
    prometheus_scrape_s: float = Field(
        default=15.0, gt=0, le=600, description="How often Prometheus scrapes, in s"
    )
    alertmanager_url: str = Field(default="", description="Alertmanager; empty: no alerts")
    alertmanager_token: SecretStr = Field(default=SecretStr(""), description="Bearer token for Alertmanager")
    estate_url: str = Field(default="", description="The demo estate's control address; empty: none")
    estate_token: SecretStr = Field(default=SecretStr(""), description="Bearer token for the demo estate")
    policy_file: Path | None = Field(default=None, description="Cedar policies; unset: the ones shipped")
    approval_minutes: int = Field(default=30, ge=1, le=1440, description="How long a plan waits for approval")
    embedding_dir: Path | None = Field(default=None, description="A folder with model.onnx and tokenizer.json")
    model_url: str = Field(default="", description="An OpenAI-compatible endpoint; empty: no language model")
    model_name: str = Field(default="", description="The model to ask at `model_url`")
    model_api_key: SecretStr = Field(default=SecretStr(""), description="The key for `model_url`")
    model_timeout_s: float = Field(default=4.0, gt=0, le=120, description="How long the model may take")
    session_key: SecretStr = Field(default=SecretStr(""), description="Signs sessions; empty: a file in `home`")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="debug … error")
    people: tuple[Person, ...] = Field(default=(), description="Who may use this, with their roles")
    services: tuple[Service, ...] = Field(default=(), description="The service catalogue")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.model_url) != bool(self.model_name):
            raise ValueError("model_url and model_name are given together or not at all")
        for kind, names in (
            ("people", [p.id for p in self.people]),
            ("services", [s.name for s in self.services]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"every entry of {kind} needs a name of its own")
        return self

    def database(self) -> str:
        """Return the database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'quarterdeck.db'}"

    def url(self) -> str:
        """Return where people reach the console."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def catalogue(self) -> Catalogue:
        """Return the service catalogue."""
        return Catalogue(services=self.services)

    def principals(self) -> tuple[Principal, ...]:
        """Return the people as principals of the tenant."""
        return tuple(
            Principal(
                id=person.id,
                tenant=self.tenant,
                name=person.name or person.id,
                kind=person.kind,
                roles=person.roles,
                teams=person.teams,
            )
            for person in self.people
        )


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process; raises `InvalidSettings` that names the setting and its source."""
    environment = os.environ if environment is None else environment
    file = environment.get(CONFIG)
    path = Path(file or "quarterdeck.toml")
    values = _read(path) if file or path.is_file() else {}
    overrides = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name != CONFIG and not name.startswith(TEST_PREFIX)
    }
    return parsed({**values, **overrides})


def parsed(values: Mapping[str, Any]) -> Settings:
    """Return settings from plain values; raises `InvalidSettings`."""
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise InvalidSettings(_explained(error)) from None  # the cause would print values, secrets among them


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidSettings(f"expected a settings file at {path}, found: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"expected {path} to be TOML in UTF-8, found: {error}") from error


def _explained(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] != "extra_forbidden":
        return f"expected {where or 'settings'} to fit, found: {first['msg']}"
    name = str(first["loc"][-1])
    near = get_close_matches(name, Settings.model_fields, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"expected a known setting, found {where}{meant}"
