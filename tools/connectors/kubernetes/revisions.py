"""What a Deployment can go back to, and which of it somebody means. Pure.

A revision's exact name is its version and its number, `1.4.1+r3`: one of the two alone may mean several.
"""

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from memory.errors import InvalidInput
from memory.model.value import JsonValue
from tools.cluster.api import Json
from tools.connectors.kubernetes.objects import CAUSE, EARLIER, REVISION, Deployment, ReplicaSet
from tools.wording import named

_EXACT = re.compile(r"(?P<tag>.+)\+r(?P<number>[0-9]+)")
_VERSION = re.compile(r"(?=.{1,48}$)v?[0-9]+(\.[0-9]+){0,3}(-[0-9A-Za-z.-]+)?")
_HASH = "pod-template-hash"


@dataclass(frozen=True)
class Revision:
    """One revision: its number, those it had before, the version its image has, and the whole pod template."""

    number: int
    earlier: frozenset[int]
    tag: str
    template: Json
    created_at: datetime | None
    cause: str  # untrusted

    @property
    def label(self) -> str:
        """Its exact name: `1.4.1+r3`, or its number alone where the image has no version."""
        return f"{self.tag}+r{self.number}" if self.tag else str(self.number)

    def was(self, number: int) -> bool:
        """Return whether it has, or had, this number: a revision that is gone back to gets a new one."""
        return number == self.number or number in self.earlier


def revisions(replica_sets: Iterable[ReplicaSet], container: str) -> tuple[Revision, ...]:
    """Return the revisions, newest first; `container` is whose image says the version."""
    return tuple(
        sorted((_revision(each, container) for each in replica_sets), key=lambda each: each.number, reverse=True)
    )


def current(deployment: Deployment, known: tuple[Revision, ...]) -> Revision | None:
    """Return the revision that a Deployment is at, None before its controller has made it."""
    wanted = bare(deployment.spec.template)
    return next((each for each in known if each.template == wanted), None)


def previous(known: tuple[Revision, ...], now: Revision | None) -> Revision | None:
    """Return the revision before the current one, None where there is none."""
    return next((each for each in known if now is None or each.number < now.number), None)


def meant(version: str, known: tuple[Revision, ...], name: str) -> Revision:
    """Return the revision a version, number or exact name means; raises `InvalidInput` for none or several."""
    exact = _EXACT.fullmatch(version)
    if exact:
        return _exact(version, exact["tag"], int(exact["number"]), known, name)
    tags = {version, version.removeprefix("v"), f"v{version}"}
    by_tag = [each for each in known if each.tag in tags]
    by_number = [each for each in known if version.isdecimal() and each.was(int(version))]
    found = by_tag[:1] + [each for each in by_number if each not in by_tag]
    if len(found) == 1:
        return found[0]
    there = ", ".join(each.label for each in known) or "none"
    if found:
        either = " or ".join(each.label for each in found)
        raise InvalidInput(
            f"expected one revision of {name}, found two that are {version!r}", hint=f"Say {either}."
        )
    raise InvalidInput(f"expected a revision of {name} that is still there ({there}), found {version!r}")


def _exact(version: str, tag: str, number: int, known: tuple[Revision, ...], name: str) -> Revision:
    for each in known:
        if each.was(number) and each.tag == tag:
            return each
    there = ", ".join(each.label for each in known) or "none"
    raise InvalidInput(
        f"expected a revision of {name} that is still there ({there}), found {version!r}",
        hint="A Deployment keeps as many revisions as its revisionHistoryLimit says.",
    )


def main_container(deployment: Deployment, wanted: str, service: str) -> str:
    """Return whose image says the version; raises `InvalidInput` where that is not clear."""
    spec = cast("Json", deployment.spec.template.get("spec") or {})
    names = [str(each.get("name")) for each in cast("list[Json]", spec.get("containers") or [])]
    for name in (wanted, deployment.metadata.name, service):
        if name in names:
            return name
    if len(names) == 1 and not wanted:
        return names[0]
    raise InvalidInput(
        f"expected to know which container of {deployment.metadata.name} ({', '.join(names)}) has its version, "
        f"found {wanted or 'none named'}",
        hint="Name it as `container` in kubernetes_places.",
    )


def tag_of(template: Json, container: str) -> str:
    """Return the version of a container's image, empty where its tag is none."""
    image = str((_container(template, container) or {}).get("image") or "")
    tag = _parted(image)[1]
    return tag if _VERSION.fullmatch(tag) else ""


def with_version(template: Json, container: str, version: str) -> Json:
    """Return the template with another version of a container's image, written as its tags are (`v` or none)."""
    changed = copy.deepcopy(template)
    entry = _container(changed, container)
    if entry is None:
        raise InvalidInput(f"expected a container named {container}, found none in its template")
    repository, tag = _parted(str(entry.get("image") or ""))
    bare_version = version.removeprefix("v")
    settled = (
        f"v{bare_version}" if re.match(r"v[0-9]", tag) else bare_version if _VERSION.fullmatch(tag) else version
    )
    entry["image"] = f"{repository}:{settled}"
    return changed


def bare(template: Json) -> Json:
    """Return a pod template without what only a ReplicaSet's has."""
    plain = copy.deepcopy(template)
    meta = cast("Json", plain.get("metadata") or {})
    labels = {key: value for key, value in cast("Json", meta.get("labels") or {}).items() if key != _HASH}
    plain["metadata"] = {**{key: value for key, value in meta.items() if value is not None}, "labels": labels}
    return plain


def _revision(each: ReplicaSet, container: str) -> Revision:
    notes = each.metadata.annotations or {}
    earlier = frozenset(int(part) for part in notes.get(EARLIER, "").split(",") if part.isdecimal())
    number = notes.get(REVISION, "")
    return Revision(
        number=int(number) if number.isdecimal() else 0,
        earlier=earlier,
        tag=named(tag_of(each.spec.template, container), ""),
        template=bare(each.spec.template),
        created_at=each.metadata.creation_timestamp,
        cause=notes.get(CAUSE, ""),
    )


def _container(template: Json, name: str) -> dict[str, JsonValue] | None:
    spec = cast("Json", template.get("spec") or {})
    entries = cast("list[Json]", spec.get("containers") or [])
    return next((entry for entry in entries if entry.get("name") == name), None)


def _parted(image: str) -> tuple[str, str]:
    """Return repository and tag of an image reference; a digest is left out, a registry's port is no tag."""
    undigested = image.partition("@")[0]
    head, colon, tag = undigested.rpartition(":")
    return (head, tag) if colon and "/" not in tag else (undigested, "")
