"""Who somebody is and what they may do, by the roles and bindings that are there."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.kubernetes.objects import Item, Objects

ADMINISTRATORS = "system:masters"


@dataclass(frozen=True)
class User:
    name: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    verb: str
    group: str
    resource: str  # with its subresource, as pods/eviction
    namespace: str = ""


def allowed(objects: Objects, user: User, wish: Wish) -> bool:
    if ADMINISTRATORS in user.groups:
        return True
    bindings = [("clusterrolebindings", "")]
    if wish.namespace:
        bindings.append(("rolebindings", wish.namespace))
    return any(
        _permits(rule, wish)
        for kind, namespace in bindings
        for binding in objects.every(kind, namespace)
        if any(_is(user, subject) for subject in binding.get("subjects") or [])
        for rule in _rules(objects, binding)
    )


def _rules(objects: Objects, binding: Item) -> list[Any]:
    reference = binding["roleRef"]
    if reference["kind"] == "ClusterRole":
        role = objects.items.get(("clusterroles", "", reference["name"]))
    else:
        role = objects.items.get(("roles", binding["metadata"]["namespace"], reference["name"]))
    return list((role or {}).get("rules") or [])


def _permits(rule: Item, wish: Wish) -> bool:
    return (
        _in(wish.verb, rule["verbs"])
        and _in(wish.group, rule["apiGroups"])
        and _in(wish.resource, rule["resources"])
    )


def _in(wanted: str, given: list[str]) -> bool:
    return "*" in given or wanted in given


def _is(user: User, subject: Item) -> bool:
    match subject["kind"]:
        case "ServiceAccount":
            return user.name == f"system:serviceaccount:{subject['namespace']}:{subject['name']}"
        case "Group":
            return subject["name"] in user.groups
        case _:
            return user.name == str(subject["name"])
