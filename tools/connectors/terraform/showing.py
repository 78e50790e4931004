"""A saved plan as people read it: what it adds, changes and destroys, with sensitive values masked. Pure.

The form is `terraform show -json`: https://developer.hashicorp.com/terraform/internals/json-format
"""

import json

from pydantic import BaseModel, ConfigDict, Field

from memory.model.run import Change
from memory.model.value import JsonValue
from tools.wording import many, named

SENSITIVE, LATER = "(sensitive)", "(known after apply)"
LONGEST_LINE = 4000
_VERBS = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "DESTROY",
    ("delete", "create"): "REPLACE (destroy, then create)",
    ("create", "delete"): "REPLACE (create, then destroy)",
    ("forget",): "forget",
}
_NOTHING = ({"no-op"}, {"read"})
_STATES = {
    "create": ("not there", "created"),
    "update": ("as it is", "changed"),
    "forget": ("managed", "forgotten"),
}


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Difference(_Shown):
    """What would become of one resource or output."""

    actions: tuple[str, ...]
    before: JsonValue = None
    after: JsonValue = None
    after_unknown: JsonValue = None
    before_sensitive: JsonValue = None
    after_sensitive: JsonValue = None

    def idle(self) -> bool:
        """Return whether nothing would."""
        return set(self.actions) in _NOTHING

    def destroys(self) -> bool:
        """Return whether something that is there would not be there any more."""
        return "delete" in self.actions


class Resource(_Shown):
    """One resource."""

    address: str
    change: Difference


class ShownPlan(_Shown):
    """A saved plan. `errored` ones are incomplete and are never carried out."""

    resource_changes: tuple[Resource, ...] = ()
    output_changes: dict[str, Difference] = Field(default_factory=dict)
    configuration: dict[str, JsonValue] = Field(default_factory=dict)
    errored: bool = False

    def resources(self) -> tuple[Resource, ...]:
        """Return the resources that something would become of."""
        return tuple(each for each in self.resource_changes if not each.change.idle())

    def destroyed(self) -> tuple[str, ...]:
        """Return the addresses of what would be destroyed or replaced."""
        return tuple(_address(each) for each in self.resources() if each.change.destroys())

    def lines(self) -> tuple[str, ...]:
        """Return one line for each resource and output, as the approval binds them; values are untrusted."""
        outputs = ((name, each) for name, each in sorted(self.output_changes.items()) if not each.idle())
        return (
            *(_line(each.address, each.change) for each in self.resources()),
            *(_line(f"output {name}", each) for name, each in outputs),
        )

    def changes(self) -> tuple[Change, ...]:
        """Return each resource and output with what would become of it, in our words."""
        outputs = ((name, each) for name, each in sorted(self.output_changes.items()) if not each.idle())
        return (
            *(_change(_address(each), each.change) for each in self.resources()),
            *(_change(f"output {named(name, 'without a plain name')}", each) for name, each in outputs),
        )

    def summary(self) -> str:
        """Return how much it does: `1 to add, 2 to change, 0 to destroy`."""
        actions = [set(each.change.actions) for each in self.resources()]
        added, changed = sum("create" in each for each in actions), sum("update" in each for each in actions)
        return f"{added} to add, {changed} to change, {len(self.destroyed())} to destroy"

    def warnings(self) -> tuple[str, ...]:
        """Return what has to be said loudly."""
        gone = tuple(f"DESTROYS {each}" for each in self.destroyed())
        ran = _provisioners(self.configuration.get("root_module"))
        runs = (f"{many(ran, 'provisioner')} may run programs on this machine.",) if ran else ()
        return (*gone, *runs)


def _address(resource: Resource) -> str:
    """Return an address without its index in brackets where that is no plain name."""
    return named(
        resource.address.replace('["', ".").replace('"]', "").replace("[", ".").replace("]", ""), "a resource"
    )


def _verb(difference: Difference) -> str:
    return _VERBS.get(difference.actions, "/".join(difference.actions))


def _change(field: str, difference: Difference) -> Change:
    before, after = _STATES.get(_verb(difference), ("there", _verb(difference)))
    return Change(field=field, before=before, after=after)


def _line(subject: str, difference: Difference) -> str:
    before = _masked(difference.before, difference.before_sensitive)
    after = _unknown(_masked(difference.after, difference.after_sensitive), difference.after_unknown)
    return f"{_verb(difference)} {subject}{_values(before, after)}"[:LONGEST_LINE]


def _values(before: JsonValue, after: JsonValue) -> str:
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = (each if isinstance(each, dict) else {} for each in (before, after))
        moved = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        return "".join(f"; {name}: {_json(old.get(name))} -> {_json(new.get(name))}" for name in moved)
    return f": {_json(before)} -> {_json(after)}"


def _json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _masked(value: JsonValue, sensitive: JsonValue) -> JsonValue:
    """Return the value with what is sensitive in it replaced, wherever it is nested."""
    if sensitive is True:
        return SENSITIVE
    if isinstance(value, dict) and isinstance(sensitive, dict):
        return {name: _masked(each, sensitive.get(name)) for name, each in value.items()}
    if isinstance(value, list) and isinstance(sensitive, list):
        marks = [*sensitive, *[None] * len(value)]
        return [_masked(each, mark) for each, mark in zip(value, marks, strict=False)]
    return value


def _unknown(value: JsonValue, unknown: JsonValue) -> JsonValue:
    """Return the value with what only applying tells replaced."""
    if unknown is True:
        return SENSITIVE if value == SENSITIVE else LATER
    if isinstance(unknown, dict) and (value is None or isinstance(value, dict)):
        known = dict(value or {})
        return known | {name: _unknown(known.get(name), each) for name, each in unknown.items() if each}
    return value


def _provisioners(module: JsonValue) -> int:
    """Return how many provisioners a module's configuration has, those of the modules it calls too."""
    if not isinstance(module, dict):
        return 0
    resources, calls = module.get("resources"), module.get("module_calls")
    found = [each.get("provisioners") for each in _objects(resources)]
    own = sum(len(each) for each in found if isinstance(each, list))
    called = list(calls.values()) if isinstance(calls, dict) else []
    return own + sum(_provisioners(each.get("module")) for each in _objects(called))


def _objects(rows: JsonValue) -> list[dict[str, JsonValue]]:
    return [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
