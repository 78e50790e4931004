"""One flag of a flagd file: read, checked, switched and rolled out, as a value. Pure.

The form is flagd's schema: https://flagd.dev/reference/flag-definitions/. Of targeting, what is a percentage
between variants is understood; any other rule is carried along, and never rewritten.
"""

import json
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from memory.errors import InvalidInput
from memory.model.value import JsonValue

_WHOLE = 100
_SCALARS = (bool, str, dict)


class Definition(BaseModel):
    """A flag. What this version does not know of it, metadata for one, is kept as it is."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    state: Literal["ENABLED", "DISABLED"]
    variants: dict[str, JsonValue] = Field(min_length=1)
    default_variant: str | None = Field(default=None, alias="defaultVariant")
    targeting: dict[str, JsonValue] | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        kinds = {_kind(value) for value in self.variants.values()}
        if len(kinds) > 1:
            raise ValueError("every variant has a value of one type")
        if self.default_variant is not None and self.default_variant not in self.variants:
            raise ValueError(f"the default variant is one of {', '.join(self.variants)}")
        return self

    def on(self) -> bool:
        """Return whether it is on for those no rule is about."""
        return self.state == "ENABLED" and self.variants.get(self.default_variant or "") is True

    def percentage(self) -> int | None:
        """Return for how many of a hundred it is on: None where other rules decide."""
        if self.state == "DISABLED" or not self.targeting:
            return _WHOLE if self.on() else 0
        shares = self._shares()
        if shares is None or sum(weight for _, weight in shares) != _WHOLE:
            return None
        return sum(weight for name, weight in shares if self.variants.get(name) is True)

    def told(self) -> str:
        """Return how it stands, in our words."""
        share = self.percentage()
        if share is None:
            return f"{'on' if self.on() else 'off'} by default, with rules of its own"
        return {0: "off", _WHOLE: "on"}.get(share, f"on for {share} %")

    def switched(self, name: str, *, enabled: bool) -> "Definition":
        """Return the flag on, or off, for all; raises `InvalidInput` where no variant is true or false."""
        variant = self._variant(name, value=enabled)
        changes: dict[str, JsonValue] = {"defaultVariant": variant}
        if enabled:
            changes["state"] = "ENABLED"
        return self._changed(changes, without_rules=True)

    def rolled_out(self, name: str, percentage: int) -> "Definition":
        """Return the flag on for a percentage; raises `InvalidInput` where other rules decide."""
        on, off = self._variant(name, value=True), self._variant(name, value=False)
        if self.targeting and self._shares() is None:
            raise InvalidInput(
                f"expected {name} to have no rules, or a percentage between variants, found other rules",
                hint="Change its targeting in the file itself.",
            )
        split: list[JsonValue] = [*self._bucket(), [on, percentage], [off, _WHOLE - percentage]]
        changes: dict[str, JsonValue] = {
            "state": "ENABLED",
            "defaultVariant": off,
            "targeting": {"fractional": split},
        }
        return self._changed(changes)

    def plain(self) -> dict[str, JsonValue]:
        """Return it as it stands in a file."""
        dumped: dict[str, JsonValue] = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return dumped

    def exactly(self) -> str:
        """Return it as one line of JSON, from which it is restored as it was written."""
        return json.dumps(self.plain(), ensure_ascii=False)

    def _variant(self, name: str, *, value: bool) -> str:
        found = next((each for each, held in self.variants.items() if held is value), None)
        if found is None:
            raise InvalidInput(f"expected {name} to have a variant that is {str(value).lower()}, found none")
        return found

    def _shares(self) -> list[tuple[str, int]] | None:
        """Return the variants and weights of a rule that is a percentage alone, None for any other."""
        rule = self.targeting or {}
        split = rule.get("fractional") if list(rule) == ["fractional"] else None
        if not isinstance(split, list):
            return None
        shares = split[len(self._bucket()) :]
        pairs = [_pair(each, self.variants) for each in shares]
        return [each for each in pairs if each is not None] if pairs and None not in pairs else None

    def _bucket(self) -> list[JsonValue]:
        """Return what a percentage is counted by, where the rule says."""
        split = (self.targeting or {}).get("fractional")
        return split[:1] if isinstance(split, list) and split and isinstance(split[0], dict) else []

    def _changed(self, changes: dict[str, JsonValue], *, without_rules: bool = False) -> "Definition":
        values = {**self.plain(), **changes}
        if without_rules and values.get("targeting"):
            values["targeting"] = {}
        return Definition.model_validate(values)


def definition(name: str, value: JsonValue) -> Definition:
    """Return a flag; raises `InvalidInput` that says where it is not as flagd's schema has it."""
    try:
        return Definition.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the flag"
        raise InvalidInput(f"expected {name} as flagd has flags, found at {where}: {first['msg']}") from None


def restored(name: str, line: str) -> Definition:
    """Return the flag that a line from `exactly` says; raises `InvalidInput`."""
    try:
        value: JsonValue = json.loads(line)
    except ValueError:
        raise InvalidInput(f"expected the earlier state of {name} as JSON, found something else") from None
    return definition(name, value)


def _kind(value: JsonValue) -> type:
    found = next((kind for kind in _SCALARS if isinstance(value, kind)), None)
    if found is None and isinstance(value, int | float):
        return float
    if found is None:
        raise ValueError("a variant is a boolean, a text, a number or an object")
    return found


def _pair(share: JsonValue, variants: dict[str, JsonValue]) -> tuple[str, int] | None:
    match share:
        case [str(name), int(weight)] if name in variants and weight >= 0:
            return name, weight
        case _:
            return None
