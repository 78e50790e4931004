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

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from memory.errors import InvalidSettings
from memory.model.catalogue import Catalogue, Freeze, Service
from memory.model.limits import Limit
from memory.model.people import Compliance, Principal, PrincipalKind, Role
from memory.model.value import Identifier, Value
from memory.scrubbing import KINDS
from tools.approvals.requirements import Requirement

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
    region: str = ""


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
    policy_file: Path | None = Field(default=None, description="One file with Cedar policies, for `policy_dir`")
    policy_dir: Path | None = Field(default=None, description="A folder with Cedar policies; unset: those shipped")
    compliance: Compliance = Field(default=Compliance.STANDARD, description="Rules on regions; standard, regional")
    approval_minutes: int = Field(default=30, ge=1, le=1440, description="How long a plan waits for approval")
    approval_requirements: tuple[Requirement, ...] = Field(
        default=(),
        description="How sure approvals have to be, and who may go without them, by tier and place",
    )
    embedding_dir: Path | None = Field(default=None, description="A folder with model.onnx and tokenizer.json")
    model_url: str = Field(default="", description="An OpenAI-compatible endpoint; empty: no language model")
    model_name: str = Field(default="", description="The model to ask at `model_url`")
    model_api_key: SecretStr = Field(default=SecretStr(""), description="The key for `model_url`")
    model_timeout_s: float = Field(default=4.0, gt=0, le=120, description="How long the model may take")
    session_key: SecretStr = Field(default=SecretStr(""), description="Signs sessions; empty: a file in `home`")
    log_name: str = Field(
        default="quarterdeck",
        pattern=r"^[^\s+]{1,100}$",
        description="The name of the ledger, best a domain and path of yours; a log's origin is `log_name/tenant`",
    )
    log_key: SecretStr = Field(
        default=SecretStr(""), description="Signs the log: a private key as PEM; empty: a file in `home`"
    )
    log_key_file: Path | None = Field(default=None, description="The file with the log's key, for `log_key`")
    log_key_vault: str = Field(
        default="", description="Where Vault has it, for `log_key`: secret/data/quarterdeck#log_key"
    )
    vault_addr: str = Field(default="", description="Vault, for `log_key_vault`; https unless on this machine")
    vault_token: SecretStr = Field(default=SecretStr(""), description="The token for `vault_addr`")
    vault_token_file: Path | None = Field(default=None, description="A file with it, for `vault_token`")
    vault_ca_file: Path | None = Field(default=None, description="Certificates that Vault's is verified against")
    log_witnesses: tuple[str, ...] = Field(
        default=(), description="Witnesses of the log, each as NAME+ID+KEY URL; in a variable, commas between them"
    )
    log_witness_quorum: int | None = Field(
        default=None, ge=0, description="How many of them have to cosign before it is published; unset: all"
    )
    log_public: bool = Field(default=False, description="Whether anybody may read the published log under /log")
    retention: dict[str, int] = Field(
        default={}, description="For how many days each kind of text beside the log is kept; unset: for good"
    )
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="debug … error")
    people: tuple[Person, ...] = Field(default=(), description="Who may use this, with their roles")
    services: tuple[Service, ...] = Field(default=(), description="The service catalogue")
    freezes: tuple[Freeze, ...] = Field(default=(), description="When changes are held back, and where")
    limits: tuple[Limit, ...] = Field(default=(), description="The most that may be spent, by whom and with what")
    standing_minutes: int = Field(
        default=480, ge=1, le=10_080, description="How long a standing approval may last at most"
    )
    trust: dict[str, int] = Field(
        default={}, description="How far a tool's connector is trusted, 0 to 100, by tool"
    )

    @field_validator("log_witnesses", mode="before")
    @classmethod
    def _separate(cls, given: object) -> object:
        return tuple(filter(None, map(str.strip, given.split(",")))) if isinstance(given, str) else given

    @field_validator("retention")
    @classmethod
    def _keepable(cls, given: dict[str, int]) -> dict[str, int]:
        if set(given) - set(KINDS) or not all(days >= 1 for days in given.values()):
            raise ValueError(f"retention gives days, at least 1, for some of {', '.join(KINDS)}")
        return given

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.model_url) != bool(self.model_name):
            raise ValueError("model_url and model_name are given together or not at all")
        if sum(map(bool, (self.log_key.get_secret_value(), self.log_key_file, self.log_key_vault))) > 1:
            raise ValueError("log_key, log_key_file or log_key_vault is given, not several of them")
        if bool(self.log_key_vault) != bool(self.vault_addr):
            raise ValueError("log_key_vault and vault_addr are given together or not at all")
        if bool(self.log_key_vault) != bool(self.vault_token.get_secret_value() or self.vault_token_file):
            raise ValueError("log_key_vault needs vault_token or vault_token_file, and they need it")
        if self.vault_token.get_secret_value() and self.vault_token_file:
            raise ValueError("vault_token or vault_token_file is given, not both")
        if (self.log_witness_quorum or 0) > len(self.log_witnesses):
            raise ValueError("log_witness_quorum is at most the number of log_witnesses")
        if self.policy_dir and self.policy_file:
            raise ValueError("policy_dir or policy_file is given, not both")
        for kind, names in (
            ("people", [p.id for p in self.people]),
            ("services", [s.name for s in self.services]),
            ("freezes", [f.name for f in self.freezes]),
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
        return Catalogue(services=self.services, freezes=self.freezes)

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
                region=person.region,
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
