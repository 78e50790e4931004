"""The settings of costs, a part of all settings (`bot.settings`)."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from memory.costs.sources import Mapping
from memory.model.cost import Delivery


class CostSource(BaseModel):
    """One source of bills: a folder or a file, a bucket that speaks S3, or OpenCost; exactly one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    path: str = Field(default="", description="A folder, or one file")
    url: str = Field(default="", description="s3://BUCKET/PREFIX, with `endpoint` where that is not AWS")
    opencost: str = Field(default="", description="OpenCost's API, such as http://opencost:9003")
    delivery: Delivery = Delivery.APPEND
    mapping: Mapping | None = None
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    session_token: SecretStr = SecretStr("")
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$", description="What OpenCost counts in")
    cluster: str = Field(default="", description="What the cluster of OpenCost is called in answers")
    days: int = Field(default=30, ge=1, le=366, description="How many days back OpenCost is asked")

    def folder(self) -> Path:
        """Return the path of a folder or file."""
        return Path(self.path).expanduser()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(map(bool, (self.path, self.url, self.opencost))) != 1:
            raise ValueError("a source has a path, a url or opencost, exactly one of them")
        if self.url and not self.url.startswith("s3://"):
            raise ValueError("url is s3://BUCKET/PREFIX")
        if bool(self.access_key.get_secret_value()) != bool(self.secret_key.get_secret_value()):
            raise ValueError("access_key and secret_key are given together or not at all")
        return self


class CostSettings(BaseModel):
    """Where bills come from, how often they are looked for, and where they are kept."""

    if TYPE_CHECKING:
        home: Path  # of all settings

    cost_sources: tuple[CostSource, ...] = Field(
        default=(), description="Where bills come from: folders, buckets that speak S3, OpenCost"
    )
    cost_dir: Path | None = Field(default=None, description="Where bills are kept; unset: `costs` in `home`")
    cost_refresh_minutes: float = Field(
        default=30.0, gt=0, le=1440, description="How often sources of bills are asked for what is new"
    )

    cost_team_tag: str = Field(default="team", max_length=256, description="The tag that says whose a charge is")
    cost_finding_least: Decimal = Field(
        default=Decimal(1),
        ge=0,
        description="Money a day, in any currency, below which the cost radar says nothing",
    )
    cost_channel: str = Field(
        default="",
        pattern=r"^([a-z]+:.+)?$",
        description="Where findings and budgets are told: VENUE:PLACE, such as slack:TEAM/CHANNEL; empty: nowhere",
    )

    def costs(self) -> Path:
        """Return where bills are kept."""
        return self.cost_dir or self.home / "costs"

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [each.name for each in self.cost_sources]
        if len(set(names)) < len(names):
            raise ValueError("every entry of cost_sources needs a name of its own")
        return self
