"""The exact difference of two objects, field by field, as a card shows it. Pure."""

from collections.abc import Iterator

from memory.model.run import Change
from memory.model.value import JsonValue

_LONGEST = 200


def changes(before: JsonValue, after: JsonValue, root: str = "") -> tuple[Change, ...]:
    """Return every field whose value differs, in order of their paths; an absent one reads as `(none)`.

    Entries of a list are told apart by their `name` where all have one, else by their place.
    """
    old, new = dict(_leaves(before, root)), dict(_leaves(after, root))
    return tuple(
        Change(field=field, before=_shown(old.get(field)), after=_shown(new.get(field)))
        for field in sorted({*old, *new})
        if old.get(field) != new.get(field) and not _filled(field, old, new)
    )


def _filled(field: str, old: dict[str, str], new: dict[str, str]) -> bool:
    """Return whether a field was empty on one side only because what it holds on the other is shown by itself."""
    return any(other.startswith((f"{field}.", f"{field}[")) for other in {*old, *new})


def _leaves(value: JsonValue, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for key, inner in _keyed(value):
            yield from _leaves(inner, f"{path}[{key}]")
    elif value is not None:
        yield path, _plain(value)


def _keyed(items: list[JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    if all(isinstance(name, str) for name in names) and len(set(map(str, names))) == len(names):
        yield from zip(map(str, names), items, strict=True)
    else:
        yield from ((str(place), item) for place, item in enumerate(items))


def _plain(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shown(value: str | None) -> str:
    if value is None:
        return "(none)"
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
