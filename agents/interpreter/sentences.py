"""Calls said in words that are understood again: what a button says, and what a reply proposes. Pure."""

import re
from collections.abc import Mapping

from memory.model.value import JsonValue
from tools.contract import Capability, Slot, slots

_GAP = re.compile(r"\s?(?:\((?:\w+: )?)?(?:\b(?:in|to|over|for|of) )?\{(\w+)\}\)?(?: replicas)?")
_NOTHING = re.compile(r':?\s*""')
_SUFFIX = {
    Slot.SERVICE: " of {}",
    Slot.ENVIRONMENT: " in {}",
    Slot.VERSION: " to {}",
    Slot.WINDOW: " over {}",
    Slot.DURATION: " for {}",
    Slot.TEXT: ' containing "{}"',
    Slot.SEVERITY: " with severity {}",
    Slot.STATE: " in state {}",
}


def sentence(capability: Capability, values: Mapping[str, JsonValue]) -> str:
    """Return the call in words, leaving out what is not known of it."""
    kinds = slots(capability)
    gaps = set(re.findall(r"\{(\w+)\}", capability.says))

    def gap(match: re.Match[str]) -> str:
        name = match[1]
        return match[0].replace(f"{{{name}}}", spoken(values[name], kinds.get(name))) if name in values else ""

    said = _NOTHING.sub("", _GAP.sub(gap, capability.says)).strip()
    extra = (
        _SUFFIX.get(kinds[name], " {}").format(spoken(value, kinds[name]))
        for name, value in values.items()
        if name not in gaps and name in kinds and value is not None
    )
    return said + "".join(extra)


def spoken(value: JsonValue, slot: Slot | None = None) -> str:
    """Return a value as people say it: `error_rate` is "error rate", True is "on"."""
    if isinstance(value, bool):
        return "on" if value else "off"
    text = str(value)
    if slot in (Slot.SIGNAL, Slot.WINDOW):
        return _SIGNAL_NAMES.get(text, text).replace("_", " ")
    return text


_SIGNAL_NAMES = {
    "latency_p50": "p50 latency",
    "latency_p95": "p95 latency",
    "latency_p99": "p99 latency",
    "cpu": "CPU",
}
