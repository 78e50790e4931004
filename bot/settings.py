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

from pydantic import ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from bot.alert_settings import AlertSettings
from bot.cost_settings import CostSettings
from bot.model_settings import ModelSettings
from bot.recall_settings import RecallSettings
from bot.room_settings import RoomSettings
from bot.slack_settings import SlackSettings
from bot.teams_settings import TeamsSettings
from bot.usage_settings import UsageSettings
from bot.voice_settings import VoiceSettings
from memory.errors import InvalidSettings
from memory.model.catalogue import Catalogue, Freeze, Service
from memory.model.identity import RoleMapping
from memory.model.limits import Amount, Limit
from memory.model.people import Compliance, Principal, PrincipalKind, Role
from memory.model.value import Identifier, Value
from memory.scrubbing import KINDS
from runbooks.pacing.rate import RateLimit
from tools.approvals.requirements import Requirement
from tools.cluster.places import Place
from tools.declared.command import Command
from tools.declared.endpoint import Endpoint
from tools.declared.server import Server
from tools.declared.source import Source
from tools.projects import Project
from tools.repositories.named import Repository

PREFIX = "QUARTERDECK_"
TEST_PREFIX = "QUARTERDECK_TEST_"  # for the test suite alone
CONFIG = "QUARTERDECK_CONFIG"  # the TOML file; `quarterdeck.toml` in the working directory where not set


class Profile(StrEnum):
    """How careful start-up is. Only `demo` and `development` accept people who merely say who they are."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    DEMO = "demo"


class EngineKind(StrEnum):
    """What carries runs out for a server."""

    DURABLE = "durable"
    INSIDE = "inside"


class Person(Value):
    """A person or program of the tenant, as the settings file lists them."""

    id: Identifier
    name: str = ""
    kind: PrincipalKind = PrincipalKind.PERSON
    roles: tuple[Role, ...] = (Role.VIEWER,)
    teams: tuple[str, ...] = ()
    region: str = ""


class Settings(
    CostSettings,
    ModelSettings,
    SlackSettings,
    RoomSettings,
    AlertSettings,
    RecallSettings,
    TeamsSettings,
    UsageSettings,
    VoiceSettings,
):
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
    kubernetes_kubeconfig: Path | None = Field(
        default=None, description="A kubeconfig with a service account of Quarterdeck's own; unset: no cluster"
    )
    kubernetes_context: str = Field(default="", description="Its context where no place names one; empty: current")
    kubernetes_in_cluster: bool = Field(default=False, description="Use the service account of the pod this is in")
    kubernetes_places: tuple[Place, ...] = Field(
        default=(), description="Which cluster, namespace, Deployment, release or application a service is"
    )
    kubernetes_rollout_s: float = Field(
        default=120.0, gt=0, le=3600, description="How long a rollout may take before it has failed, in s"
    )
    helm_program: Path | None = Field(default=None, description="The helm program; unset: no Helm")
    argocd_url: str = Field(default="", description="Argo CD; empty: none")
    argocd_token: SecretStr = Field(default=SecretStr(""), description="The token of a project role in Argo CD")
    http_endpoints: tuple[Endpoint, ...] = Field(
        default=(), description="HTTP requests that may be made, each a tool `http.NAME`"
    )
    commands: tuple[Command, ...] = Field(
        default=(), description="Programs that may be run, each a tool `command.NAME`"
    )
    sql_sources: tuple[Source, ...] = Field(
        default=(), description="Databases that may be read, each a tool `sql.NAME`"
    )
    mcp_servers: tuple[Server, ...] = Field(
        default=(), description="MCP servers, and on which terms their tools may be called"
    )
    mcp_lock: Path | None = Field(
        default=None,
        description="The file with what was agreed to of their tools; unset: `mcp.lock.json` in `home`",
    )
    repositories: tuple[Repository, ...] = Field(default=(), description="Git repositories, with what they allow")
    git_program: str = Field(default="git", description="The git program")
    git_user: str = Field(default="x-access-token", description="Who `git_token` is, over HTTP")
    git_token: SecretStr = Field(default=SecretStr(""), description="The password or token for `repositories`")
    github_url: str = Field(
        default="https://api.github.com", description="GitHub's API; of an Enterprise Server: https://HOST/api/v3"
    )
    github_token: SecretStr = Field(default=SecretStr(""), description="The token for GitHub; empty: no GitHub")
    terraform_program: str = Field(default="terraform", description="The terraform program")
    terraform_projects: tuple[Project, ...] = Field(
        default=(), description="The folders that Terraform may be run in"
    )
    flagd_file: str = Field(default="", description="The flags of flagd: REPOSITORY/PATH; empty: none")
    unleash_url: str = Field(default="", description="Unleash; empty: none")
    unleash_token: SecretStr = Field(default=SecretStr(""), description="An admin API token for Unleash")
    unleash_project: str = Field(default="default", description="The project in Unleash")
    unleash_environment: str = Field(default="production", description="The environment in Unleash")
    policy_file: Path | None = Field(default=None, description="One file with Cedar policies, for `policy_dir`")
    policy_dir: Path | None = Field(default=None, description="A folder with Cedar policies; unset: those shipped")
    runbook_dirs: tuple[Path, ...] = Field(
        default=(), description="Folders with runbooks, besides those shipped; in a variable, commas between them"
    )
    compliance: Compliance = Field(default=Compliance.STANDARD, description="Rules on regions; standard, regional")
    approval_minutes: int = Field(default=30, ge=1, le=1440, description="How long a plan waits for approval")
    approval_requirements: tuple[Requirement, ...] = Field(
        default=(),
        description="How sure approvals have to be at least, whatever policy says, by tier and place",
    )
    embedding_dir: Path | None = Field(default=None, description="A folder with model.onnx and tokenizer.json")
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
    oidc_issuer: str = Field(default="", description="The OpenID provider people sign in at; empty: none")
    oidc_client_id: str = Field(default="", description="What the provider calls Quarterdeck")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret for it; empty: a public client"
    )
    oidc_scopes: str = Field(default="openid profile email", description="What the provider is asked for")
    oidc_groups_claim: str = Field(
        default="groups", description="The claim with somebody's groups; a dot leads into objects"
    )
    oidc_name_claim: str = Field(
        default="preferred_username", description="The claim that somebody new is called by here"
    )
    oidc_audiences: tuple[str, ...] = Field(
        default=(), description="Whom else a token may be for; in a variable, commas between them"
    )
    oidc_algorithms: tuple[str, ...] = Field(
        default=("RS256", "ES256"), description="How tokens may be signed; in a variable, commas between them"
    )
    oidc_required_claims: dict[str, str] = Field(
        default={}, description="Claims that have to be so, such as the provider's own tenant"
    )
    oidc_label: str = Field(default="Single sign-on", description="What the button on the sign-in page says")
    role_mappings: tuple[RoleMapping, ...] = Field(
        default=(), description="What groups of the provider, of Slack and of Teams give: roles and teams"
    )
    groups_hours: int = Field(
        default=24, ge=1, le=720, description="For how long somebody's groups count after a platform told them"
    )
    engine: EngineKind = Field(
        default=EngineKind.DURABLE, description="What carries runs out for `serve`: durable, or inside its process"
    )
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="debug … error")
    people: tuple[Person, ...] = Field(default=(), description="Who may use this, with their roles")
    services: tuple[Service, ...] = Field(default=(), description="The service catalogue")
    freezes: tuple[Freeze, ...] = Field(default=(), description="When changes are held back, and where")
    limits: tuple[Limit, ...] = Field(default=(), description="The most that may be spent, by whom and with what")
    tool_prices: dict[str, Amount] = Field(default={}, description="What one call of a tool costs, in cents")
    rates: tuple[RateLimit, ...] = Field(
        default=(), description="How fast each tool may be used at each of its targets, over all nodes"
    )
    target_concurrency: int = Field(
        default=16,
        ge=1,
        le=1000,
        description="Calls to one target at once at most; fewer where it copes with less",
    )
    queue_most: int = Field(
        default=100, ge=1, le=100_000, description="How many plans may wait for their turn before more are refused"
    )
    dead_letter_days: int = Field(
        default=90, ge=1, description="How long a dead letter that was replayed or dropped is kept"
    )
    standing_minutes: int = Field(
        default=480, ge=1, le=10_080, description="How long a standing approval may last at most"
    )
    trust: dict[str, int] = Field(
        default={}, description="How far a tool's connector is trusted, 0 to 100, by tool"
    )

    @field_validator(
        *("log_witnesses", "runbook_dirs", "oidc_audiences", "oidc_algorithms", "slack_teams", "teams_tenants"),
        mode="before",
    )
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
    def _one_cluster(self) -> Self:
        if self.kubernetes_kubeconfig and self.kubernetes_in_cluster:
            raise ValueError("kubernetes_kubeconfig or kubernetes_in_cluster is given, not both")
        if self.helm_program and not self.uses_kubernetes():
            raise ValueError("helm_program needs kubernetes_kubeconfig or kubernetes_in_cluster")
        if self.uses_kubernetes() and self.estate_url:
            raise ValueError("estate_url or a cluster is given, not both: each would serve deploy.rollback")
        return self

    @model_validator(mode="after")
    def _guards_teams(self) -> Self:
        if self.teams_open and self.profile is not Profile.DEVELOPMENT:
            raise ValueError("teams_open is for profile = development alone, and without teams_app_id")
        return self

    @model_validator(mode="after")
    def _knows_the_provider(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("oidc_issuer and oidc_client_id are given together or not at all")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
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
            ("repositories", [r.name for r in self.repositories]),
            ("terraform_projects", [p.name for p in self.terraform_projects]),
            ("http_endpoints", [each.name for each in self.http_endpoints]),
            ("commands", [each.name for each in self.commands]),
            ("sql_sources", [each.name for each in self.sql_sources]),
            ("mcp_servers", [each.name for each in self.mcp_servers]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"every entry of {kind} needs a name of its own")
        return self

    def database(self) -> str:
        """Return the database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'quarterdeck.db'}"

    def finds_savings(self) -> bool:
        """Return whether there is anything to find savings in."""
        return bool(self.cost_sources or (self.uses_kubernetes() and self.prometheus_url))

    def uses_kubernetes(self) -> bool:
        """Return whether there is a cluster."""
        return self.kubernetes_in_cluster or self.kubernetes_kubeconfig is not None

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
