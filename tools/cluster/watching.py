"""Following a list of objects until they are as wanted: read once, then told of every change.

A watch that the server ends is taken up where it stood; one whose version the server has forgotten (410 Gone) is
begun anew from a fresh list, so that no change is missed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from memory.errors import ConnectorRejected
from tools.cluster.api import Api, Json, Params
from tools.cluster.refusals import GONE
from tools.http import Deadline

Seen = Mapping[str, Json]
"""Objects by name, with the namespace before it where there is one."""

_LEAST_S = 0.01
_MOST_S = 5.0  # one watch; then it is asked for anew


async def until(
    api: Api, path: str, params: Params, holds: Callable[[Seen], bool], deadline: Deadline
) -> tuple[Seen, bool]:
    """Return the objects as they stand when `holds` first says so, or at the deadline, and which of the two."""
    following = _Following(api, path, list(params), holds, deadline)
    while True:
        items, version = await api.every(path, deadline, following.params)
        seen = {named(item): item for item in items}
        if holds(seen):
            return seen, True
        told = await following.told(seen, version)
        if told is not None:
            return seen, told


@dataclass(frozen=True)
class _Following:
    api: Api
    path: str
    params: list[tuple[str, str]]
    holds: Callable[[Seen], bool]
    deadline: Deadline

    async def told(self, seen: dict[str, Json], version: str) -> bool | None:
        """Change `seen` as the server tells; return whether it came to hold in time, None to begin anew."""
        while self.deadline.remaining() > _LEAST_S:
            span = Deadline(min(_MOST_S, self.deadline.remaining()))
            params = [*self.params, ("resourceVersion", version)]
            try:
                async for event in self.api.events(self.path, params, span):
                    changed = cast("Json", event.get("object") or {})
                    if event.get("type") == "ERROR":
                        return (
                            None  # the server says 410 here, and after any other error a fresh list is right too
                        )
                    version = str(cast("Json", changed.get("metadata") or {}).get("resourceVersion") or version)
                    _apply(seen, str(event.get("type")), changed)
                    if self.holds(seen):
                        return True
            except ConnectorRejected as error:
                if error.status != GONE:
                    raise
                return None
        return False


def named(item: Json) -> str:
    """Return the object's name, with its namespace before it where it has one."""
    meta = cast("Json", item.get("metadata") or {})
    space = meta.get("namespace")
    return f"{space}/{meta.get('name')}" if space else str(meta.get("name"))


def _apply(seen: dict[str, Json], kind: str, changed: Json) -> None:
    if kind in {"ADDED", "MODIFIED"}:
        seen[named(changed)] = changed
    elif kind == "DELETED":
        seen.pop(named(changed), None)
