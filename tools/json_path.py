"""Finding a value in somebody's JSON by names and positions with dots between them. Pure."""

from memory.model.value import JsonValue


def at(json: JsonValue, path: str) -> JsonValue:
    """Return what stands at a path of a JSON value, None where nothing does."""
    for part in filter(None, path.split(".")):
        if isinstance(json, dict):
            json = json.get(part)
        elif isinstance(json, list) and part.isdecimal() and int(part) < len(json):
            json = json[int(part)]
        else:
            return None
    return json


def number(value: JsonValue) -> float | None:
    """Return a value as the number that a check measures: yes is 1, no is 0."""
    return float(value) if isinstance(value, int | float) else None


def single(value: JsonValue) -> JsonValue:
    """Return a single value as it is, None for one that has parts."""
    return None if isinstance(value, dict | list) else value
