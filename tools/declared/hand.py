"""What every declared hand tells of itself: words, effect, undo, and how its success is measured. Pure."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from memory.model.plan import Call, Check, Comparison, Effect, Tier
from memory.model.value import Identifier, JsonValue, Value
from tools.contract import Arguments, Capability
from tools.declared.parameters import Parameters, arguments_model
from tools.declared.templates import KEY, filled, filled_text, gaps

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f{}]+$")]


class DeclaredCall(Value):
    """A call of another tool, its arguments templates over the parameters of this one."""

    tool: Identifier
    arguments: dict[str, JsonValue] = Field(default_factory=dict)

    def call(self, values: dict[str, JsonValue]) -> Call:
        """Return the call for these arguments."""
        arguments = filled(dict(self.arguments), values)
        return Call(tool=self.tool, arguments=arguments if isinstance(arguments, dict) else {})


class DeclaredCheck(DeclaredCall):
    """A measurement afterwards that says whether it worked."""

    comparison: Comparison
    bound: float
    within_s: float = Field(default=30.0, gt=0, le=3600)
    settle_s: float = Field(default=0.0, ge=0, le=3600)
    says: str = Field(min_length=1, max_length=300)

    def check(self, values: dict[str, JsonValue]) -> Check:
        """Return the check for these arguments."""
        return Check(
            call=self.call(values),
            comparison=self.comparison,
            bound=self.bound,
            within_s=self.within_s,
            settle_s=self.settle_s,
            says=filled_text(self.says, values),
        )


class Declared(Value):
    """A hand that the settings declare. `name` makes the tool's name; `examples` are how people ask for it."""

    name: Name
    title: Words
    summary: str = ""
    effect: Effect
    tier: Tier
    parameters: Parameters = Field(default_factory=dict)
    examples: tuple[str, ...] = ()
    undo: DeclaredCall | None = None
    checks: tuple[DeclaredCheck, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.changes() and self.tier is Tier.OBSERVE:
            raise ValueError(f"{self.name} changes something, so that its tier is not observe")
        if self.effect is Effect.WRITE and self.undo is None:
            raise ValueError(f"{self.name} is a write and needs an undo; without one its effect is destructive")
        arguments_model(self.name, self.parameters)
        for template in self._templates():
            unknown = gaps(template) - set(self.parameters) - {KEY}
            if unknown:
                raise ValueError(f"{self.name} has no parameter {', '.join(sorted(unknown))}")
        if KEY in self.parameters:
            raise ValueError(f"{KEY} stands for the idempotency key and cannot be a parameter of {self.name}")
        return self

    def changes(self) -> bool:
        """Return whether it changes something outside."""
        return self.effect in {Effect.WRITE, Effect.DESTRUCTIVE}

    def free(self) -> tuple[str, ...]:
        """Return the names of the parameters that somebody fills in, sorted."""
        return tuple(sorted(name for name, parameter in self.parameters.items() if parameter.free()))

    def capability(self, area: str, phrasings: tuple[str, ...]) -> Capability:
        """Return what it can do, as a capability of this area."""
        told = "".join(f", {name} {{{name}}}" for name in self.parameters)
        return Capability(
            name=f"{area}.{self.name}",
            title=self.title,
            summary=self.summary or f"{self.title}.",
            says=f"{self.title}{told}",
            effect=self.effect,
            tier=self.tier,
            arguments=arguments_model(self.name, self.parameters),
            examples=(*self.examples, *phrasings),
        )

    def measured(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return its checks for these arguments."""
        values = given_values(arguments)
        return tuple(each.check(values) for each in self.checks)

    def taken_back(self, arguments: Arguments) -> Call | None:
        """Return the call that takes it back, None where none does."""
        return self.undo.call(given_values(arguments)) if self.undo else None

    def _templates(self) -> Iterator[JsonValue]:
        """Yield everything in which gaps may stand."""
        for call in (*filter(None, [self.undo]), *self.checks):
            yield dict(call.arguments)


def given_values(arguments: Arguments) -> dict[str, JsonValue]:
    """Return the arguments that were given, as plain values."""
    return arguments.model_dump(mode="json", exclude_none=True)
