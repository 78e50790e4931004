"""A runbook's inputs: their types, bounds and choices, and the values given for them. Pure.

What is given is typed and checked before it goes anywhere; a text is never read as anything but its input's type.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from memory.errors import InvalidInput
from memory.model.catalogue import Catalogue
from memory.model.intent import Argument, Provenance
from memory.model.value import Identifier, JsonValue, Value
from tools.contract import DurationText, Version, WindowText

LONGEST_TEXT = 2000
LONGEST_LIST = 100


class InputType(StrEnum):
    """What kind of value an input takes."""

    SERVICE = "service"  # of the catalogue
    ENVIRONMENT = "environment"
    VERSION = "version"
    IDENTIFIER = "identifier"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DURATION = "duration"
    WINDOW = "window"
    CHOICE = "choice"
    LIST = "list"


def _closed(text: str) -> str:
    if not text.isprintable():
        raise ValueError("one line of printable characters")
    return text


_ADAPTERS: dict[InputType, TypeAdapter[JsonValue]] = {
    InputType.SERVICE: TypeAdapter(Identifier),
    InputType.ENVIRONMENT: TypeAdapter(Identifier),
    InputType.VERSION: TypeAdapter(Version),
    InputType.IDENTIFIER: TypeAdapter(Identifier),
    InputType.TEXT: TypeAdapter(Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_closed)]),
    InputType.INTEGER: TypeAdapter(Annotated[int, Field(strict=True)]),
    InputType.NUMBER: TypeAdapter(Annotated[float, Field(strict=True, allow_inf_nan=False)]),
    InputType.BOOLEAN: TypeAdapter(Annotated[bool, Field(strict=True)]),
    InputType.DURATION: TypeAdapter(DurationText),
    InputType.WINDOW: TypeAdapter(WindowText),
}
_WITNESSES: dict[InputType, JsonValue] = {
    InputType.SERVICE: "checkout",
    InputType.ENVIRONMENT: "production",
    InputType.VERSION: "1.2.3",
    InputType.IDENTIFIER: "some-name",
    InputType.TEXT: "some words",
    InputType.INTEGER: 1,
    InputType.NUMBER: 1.0,
    InputType.BOOLEAN: True,
    InputType.DURATION: "5m",
    InputType.WINDOW: "1h",
}
FREE = frozenset({InputType.TEXT})  # whose values may hold anything, and so stand by themselves
_NUMERIC = {InputType.INTEGER, InputType.NUMBER}
_EXPECTED = {
    InputType.INTEGER: "a whole number",
    InputType.NUMBER: "a number",
    InputType.BOOLEAN: "true or false",
    InputType.VERSION: "a version such as 1.4.1",
    InputType.DURATION: "a duration such as 15m",
    InputType.WINDOW: "a time range such as 1h or today",
    InputType.TEXT: f"one line of at most {LONGEST_TEXT} characters",
}


class Input(Value):
    """One input. Without a default it has to be given, unless it is optional; then it may be absent."""

    type: InputType
    says: str = Field(min_length=1, max_length=200)  # what to ask for
    default: JsonValue = None
    optional: bool = False
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] = ()
    of: InputType | None = None  # what a list holds
    most: int | None = Field(default=None, ge=1, le=LONGEST_LIST)  # how many a list may hold

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.type is InputType.CHOICE) != bool(self.choices):
            raise ValueError("choices for an input of type choice, and only there")
        if (self.type is InputType.LIST) != (self.of is not None) or self.of in {InputType.LIST, InputType.CHOICE}:
            raise ValueError("`of` with a simple type for an input of type list, and only there")
        if self.type is not InputType.LIST and self.most is not None:
            raise ValueError("`most` for an input of type list, and only there")
        if self.type not in _NUMERIC and self.of not in _NUMERIC and (self.min, self.max) != (None, None):
            raise ValueError("min and max for numbers, and only there")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min not above max")
        if self.default is not None:
            self.checked(self.default)
        return self

    def checked(self, value: JsonValue) -> JsonValue:
        """Return a value of this input's type, in its form; raises `ValueError` that says what was expected."""
        if self.type is InputType.CHOICE:
            if value not in self.choices:
                raise ValueError(f"one of {', '.join(self.choices)}")
            return value
        if self.of is not None:
            most = self.most or LONGEST_LIST
            if not isinstance(value, list) or not 1 <= len(value) <= most:
                raise ValueError(f"a list of 1 to {most}")
            return [self._simple(self.of, each) for each in value]
        return self._simple(self.type, value)

    def _simple(self, kind: InputType, value: JsonValue) -> JsonValue:
        try:
            found = _ADAPTERS[kind].validate_python(value)
        except (ValidationError, InvalidInput):
            raise ValueError(_EXPECTED.get(kind, f"a name, for the {kind.value}")) from None
        if isinstance(found, int | float) and not isinstance(found, bool):
            if self.min is not None and found < self.min:
                raise ValueError(f"at least {self.min:g}")
            if self.max is not None and found > self.max:
                raise ValueError(f"at most {self.max:g}")
        return found

    def read(self, text: str) -> JsonValue:
        """Return the value that a person typed; raises `ValueError` that says what was expected."""
        if self.of is not None:
            return self.checked([_typed(self.of, each.strip()) for each in text.split(",") if each.strip()])
        return self.checked(_typed(self.type, text.strip()))

    def witnesses(self) -> tuple[JsonValue, ...]:
        """Return values of this input that a tool has to take: default, bounds, choices, an example."""
        kind = self.of or self.type
        found: list[JsonValue] = [each for each in (self.min, self.max) if each is not None]
        if kind is InputType.INTEGER:
            found = [int(each) for each in found if isinstance(each, float)]
        simple = found or list(self.choices) or [_WITNESSES[kind]]
        whole: list[JsonValue] = [[each] for each in simple] if self.of else simple
        return tuple(whole if self.default is None else [self.default, *whole])


def bound(inputs: Mapping[str, Input], given: Mapping[str, Argument], catalogue: Catalogue) -> dict[str, Argument]:
    """Return a value for every input, each with where it came from; an optional one that is absent is None.

    Raises `InvalidInput` for a name the runbook does not have, and naming the first input that does not fit.
    """
    unknown = sorted(set(given) - set(inputs))
    if unknown:
        raise InvalidInput(
            f"expected inputs of the runbook ({', '.join(inputs) or 'it has none'}), found {unknown[0]!r}"
        )
    return {name: _one(name, wanted, given.get(name), catalogue) for name, wanted in inputs.items()}


def _one(name: str, wanted: Input, given: Argument | None, catalogue: Catalogue) -> Argument:
    if given is None or given.value is None:
        if wanted.default is None and not wanted.optional:
            raise InvalidInput(f"expected {wanted.says} ({name}), found nothing", hint=f"Give {name}=….")
        value, origin, quote = wanted.default, Provenance.DEFAULT, ""
    else:
        value, origin, quote = given.value, given.provenance, given.quote
    if value is None:
        return Argument(value=None, provenance=origin)
    try:
        value = wanted.checked(value)
        _known(wanted, value, catalogue)
    except ValueError as error:
        raise InvalidInput(f"expected {error} for {name}, found {str(value)[:80]!r}") from None
    return Argument(value=value, provenance=origin, quote=quote)


def _known(wanted: Input, value: JsonValue, catalogue: Catalogue) -> None:
    """Hold names against the catalogue: a procedure is for what there is."""
    names: Mapping[InputType, Callable[[], tuple[str, ...]]] = {
        InputType.SERVICE: catalogue.names,
        InputType.ENVIRONMENT: catalogue.environments,
    }
    kind = wanted.of or wanted.type
    if kind not in names:
        return
    known = names[kind]()
    for each in value if isinstance(value, list) else [value]:
        if each not in known:
            raise ValueError(f"a known {kind.value} ({', '.join(known[:8]) or 'there is none'})")


_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
_DIGITS = re.compile(r"[-+]?[0-9]{1,15}")


def _typed(kind: InputType, text: str) -> JsonValue:
    """Return typed text as the value it may mean; what means none stays text and is then refused."""
    if kind is InputType.BOOLEAN and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if kind in _NUMERIC and _DIGITS.fullmatch(text):
        return int(text)
    if kind is InputType.NUMBER:
        try:
            return float(text)
        except ValueError:
            return text
    return text
