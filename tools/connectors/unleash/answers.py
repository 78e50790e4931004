"""What Unleash's admin API says, as values (https://docs.getunleash.io/reference/api/unleash). Untrusted."""

from pydantic import BaseModel, ConfigDict, Field

from memory.canonical import canonical
from memory.model.value import JsonValue

ROLLOUT = "flexibleRollout"
EVERYBODY = 100


class Said(BaseModel):
    """A part of what Unleash said. Fields this version does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Strategy(Said):
    """One activation strategy; a flag is on for whom any of them is."""

    id: str = ""
    name: str
    title: str | None = None
    disabled: bool = False
    parameters: dict[str, str] = Field(default_factory=dict)
    constraints: list[JsonValue] = Field(default_factory=list)
    segments: list[int] = Field(default_factory=list)
    variants: list[JsonValue] = Field(default_factory=list)
    sort_order: int | None = Field(default=None, alias="sortOrder")

    def plain(self) -> dict[str, JsonValue]:
        """Return it as Unleash takes it, without the id that Unleash gives."""
        dumped: dict[str, JsonValue] = self.model_dump(
            mode="json", by_alias=True, exclude={"id"}, exclude_unset=True
        )
        return dumped

    def same(self, other: "Strategy") -> bool:
        """Return whether it does what the other does, whatever Unleash wrote out of it."""
        given = {"id", "sort_order"}
        return self.model_dump(exclude=given) == other.model_dump(exclude=given)

    def gradual(self) -> bool:
        """Return whether it is a percentage and nothing else."""
        return self.name == ROLLOUT and not (self.constraints or self.segments or self.variants or self.disabled)

    def percentage(self) -> int:
        """Return its percentage; everybody for a strategy without one."""
        share = self.parameters.get("rollout", "")
        return int(share) if share.isdecimal() else EVERYBODY

    def at(self, percentage: int) -> "Strategy":
        """Return it with another percentage."""
        return self.model_copy(update={"parameters": {**self.parameters, "rollout": str(percentage)}})


class Environment(Said):
    """A flag in one environment."""

    name: str
    enabled: bool
    strategies: tuple[Strategy, ...] = ()

    def told(self) -> str:
        """Return how it stands, in our words."""
        if not self.enabled:
            return "off"
        if len(self.strategies) == 1 and self.strategies[0].gradual():
            share = self.strategies[0].percentage()
            return "on" if share == EVERYBODY else f"on for {share} %"
        return "on by its strategies" if self.strategies else "on"

    def exactly(self) -> str:
        """Return it as one canonical line, from which it is restored."""
        return canonical(self.state()).decode()

    def state(self) -> dict[str, JsonValue]:
        """Return what of it can be changed."""
        return {"enabled": self.enabled, "strategies": [each.plain() for each in self.strategies]}


class Feature(Said):
    """A flag of a project."""

    name: str
    archived: bool = False
    environments: tuple[Environment, ...] = ()

    def there(self, environment: str) -> Environment | None:
        """Return it in one environment, None where it is not there."""
        return next((each for each in self.environments if each.name == environment), None)


class Features(Said):
    """The flags of a project."""

    features: tuple[Feature, ...]


class Earlier(BaseModel):
    """An earlier state of a flag, as `Environment.exactly` says it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool
    strategies: tuple[Strategy, ...]
