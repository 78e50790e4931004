"""Paths into somebody's JSON, in the part of JSONPath (RFC 9535) that finds fields: names, positions, all of them.

`$.alert.tags[0]`, `$['detail-type']`, `$.data.items[*]`; the `$.` may be left away. Pure.
"""

import re
from functools import lru_cache
from typing import Final

from memory.errors import InvalidInput
from memory.model.value import JsonValue

_STEP: Final = re.compile(
    r"\.?(?P<name>[A-Za-z_$@][\w$@-]*)|\[(?P<position>-?\d{1,6})\]|\[(?P<all>\*)\]|\.(?P<every>\*)"
    r"|\['(?P<single>[^']*)'\]|\[\"(?P<double>[^\"]*)\"\]"
)

Step = str | int | None  # None: all of them


@lru_cache(maxsize=1024)
def steps(path: str) -> tuple[Step, ...]:
    """Return the steps of a path; raises `InvalidInput` for one that cannot be read."""
    rest, found = path.strip().removeprefix("$"), list[Step]()
    while rest:
        match = _STEP.match(rest)
        if match is None or (match["name"] and found and not rest.startswith(".")):
            raise InvalidInput(f"expected a path such as $.alert.tags[0] or $['a b'], found {path[:80]!r}")
        found.append(_step(match))
        rest = rest[match.end() :]
    return tuple(found)


def _step(match: re.Match[str]) -> Step:
    if match["position"]:
        return int(match["position"])
    if match["all"] or match["every"]:
        return None
    return next(found for found in (match["name"], match["single"], match["double"]) if found is not None)


def every(json: JsonValue, path: str) -> list[JsonValue]:
    """Return all that stands at a path, in its order."""
    found = [json]
    for step in steps(path):
        found = [each for value in found for each in _taken(value, step)]
    return found


def first(json: JsonValue, path: str) -> JsonValue:
    """Return the first that stands at a path, None where nothing does."""
    return next(iter(every(json, path)), None)


def _taken(value: JsonValue, step: Step) -> list[JsonValue]:
    if isinstance(step, str):
        return [value[step]] if isinstance(value, dict) and step in value else []
    if step is None:
        return list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
