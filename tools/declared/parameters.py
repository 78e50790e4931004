"""The parameters of a declared hand, and the model that takes its arguments. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, create_model, model_validator
from pydantic_core import SchemaError

from memory.model.value import Value
from tools.contract import Arguments, DurationText, EnvironmentName, ServiceName, Slot

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
ParameterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Kind(StrEnum):
    """What a parameter takes."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    SERVICE = "service"
    ENVIRONMENT = "environment"
    DURATION = "duration"


class Parameter(Value):
    """One parameter. `pattern` is what the whole of a text matches; `dash` lets a text begin with a dash."""

    kind: Kind = Kind.TEXT
    description: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    longest: int = Field(default=200, ge=1, le=10_000)
    least: float | None = None
    most: float | None = None
    optional: bool = False
    dash: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind is not Kind.TEXT and (self.choices or self.pattern or self.dash):
            raise ValueError("choices, pattern and dash are for parameters of kind text")
        if self.kind not in {Kind.INTEGER, Kind.NUMBER} and not self.least is self.most is None:
            raise ValueError("least and most are for numbers")
        return self

    def free(self) -> bool:
        """Return whether somebody fills it in: neither yes or no, nor one of the choices."""
        return self.kind is not Kind.BOOLEAN and not self.choices

    def annotation(self) -> Any:
        """Return the type of its values."""
        kind = self._plain()
        return kind | None if self.optional else kind

    def _plain(self) -> Any:  # noqa: PLR0911 - one kind after the other
        match self.kind:
            case Kind.INTEGER:
                return Annotated[int, Field(ge=self.least, le=self.most, strict=True), Slot.NUMBER]
            case Kind.NUMBER:
                return Annotated[float, Field(ge=self.least, le=self.most, allow_inf_nan=False), Slot.NUMBER]
            case Kind.BOOLEAN:
                return Annotated[bool, Slot.SWITCH]
            case Kind.SERVICE:
                return ServiceName
            case Kind.ENVIRONMENT:
                return EnvironmentName
            case Kind.DURATION:
                return DurationText
        if self.choices:
            return Literal[self.choices]
        pattern = f"^(?:{self.pattern})$" if self.pattern else PRINTABLE
        limits = StringConstraints(min_length=1, max_length=self.longest, pattern=pattern)
        return Annotated[str, limits, Slot.TEXT]


Parameters = dict[ParameterName, Parameter]


def arguments_model(name: str, parameters: Mapping[str, Parameter]) -> type[Arguments]:
    """Return the model that takes these parameters; raises `ValueError` for a pattern or a name that is none."""
    fields: dict[str, Any] = {}
    for each, parameter in parameters.items():
        if hasattr(Arguments, each):
            raise ValueError(f"{each} cannot be the name of a parameter: every model has something of that name")
        field = Field(default=None if parameter.optional else ..., description=parameter.description or None)
        fields[each] = (parameter.annotation(), field)
    try:
        return create_model(name, __base__=Arguments, **fields)
    except SchemaError as error:
        raise ValueError(f"expected patterns that can be matched, found: {str(error).splitlines()[0]}") from None
