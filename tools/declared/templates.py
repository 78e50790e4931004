"""Templates with `{name}` gaps, as settings write them, and filling them in. Pure.

A text that is one gap and nothing else becomes the value itself, a number a number; what is absent is left out.
"""

import re
from collections.abc import Mapping

from memory.model.value import JsonValue

KEY = "key"
"""The gap that takes the idempotency key of a call."""

_GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def gaps(template: JsonValue) -> frozenset[str]:
    """Return the names of the gaps in a template."""
    if isinstance(template, str):
        return frozenset(_GAP.findall(template))
    parts = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    return frozenset(name for part in parts for name in gaps(part))


def only_gap(template: str) -> str | None:
    """Return the name of the gap that is the whole template, None where there is more or less than one."""
    found = _GAP.fullmatch(template)
    return found[1] if found else None


def filled(template: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    """Return the template with its gaps filled. A whole gap without a value is None, one in a text is empty."""
    if isinstance(template, str):
        name = only_gap(template)
        return values.get(name) if name else filled_text(template, values)
    if isinstance(template, list):
        return [value for part in template if (value := filled(part, values)) is not None or part is None]
    if isinstance(template, dict):
        told = {name: (part, filled(part, values)) for name, part in template.items()}
        return {name: value for name, (part, value) in told.items() if value is not None or part is None}
    return template


def filled_text(template: str, values: Mapping[str, JsonValue]) -> str:
    """Return the template as a text, each value in its plain form."""
    return _GAP.sub(lambda gap: plain(values.get(gap[1])), template)


def plain(value: JsonValue) -> str:
    """Return a value as a text: `true` and `false` in lower case, nothing for None."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
