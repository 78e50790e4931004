"""The fields of an alert wherever a sender put them and however it wrote their names. Pure."""

import re
from typing import Final

from memory.model.value import JsonValue

_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEEPEST: Final = 4  # objects inside one another
_LAYERS: Final = frozenset(
    {
        *(
            "alert",
            "alert_payload",
            "alert_data",
            "incident",
            "event",
            "issue",
            "problem",
            "data",
            "payload",
            "detail",
        ),
        *("essentials", "attributes", "monitor", "heartbeat", "rule", "context", "fields", "result", "check"),
    }
)
_SMALL: Final = 6  # fields of an object that only names something, such as a priority
_SYNONYMS: Final = {
    **dict.fromkeys(("alert_rule", "search_name", "display_name", "policy_name"), "name"),
    **dict.fromkeys(
        ("problem_title", "short_description", "alert_title", "event_title", "incident_title"), "title"
    ),
    **dict.fromkeys(("problem_severity", "alert_severity", "impact_level"), "severity"),
    **dict.fromkeys(("monitor_condition", "problem_state", "incident_status", "alert_state"), "status"),
    **dict.fromkeys(("fired_date_time", "created", "event_time", "begin", "first_seen"), "started_at"),
    **dict.fromkeys(("resolved_date_time", "closed"), "ended_at"),
    **dict.fromkeys(("problem_id", "sys_id", "origin_alert_id", "external_id"), "alert_id"),
    **dict.fromkeys(("problem_url", "results_link", "alert_details_url", "web_url", "permalink", "href"), "url"),
    **dict.fromkeys(("impacted_entity", "configuration_items", "cmdb_ci", "entity_name", "service_id"), "service"),
    **dict.fromkeys(("cause", "reason", "msg", "details_text"), "message"),
}


def gathered(told: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the fields of an alert and of what it is wrapped into, the outermost first, by their usual names."""
    found: dict[str, JsonValue] = {}
    layers = [told]
    for _ in range(_DEEPEST):
        for name, value in (each for layer in layers for each in layer.items()):
            plain, said = _snake(name), _plain(value)
            if said not in (None, "") and (not isinstance(said, dict) or plain not in _LAYERS):
                found.setdefault(_SYNONYMS.get(plain, plain), said)
        inside = ((_snake(name), value) for layer in layers for name, value in layer.items())
        layers = [value for name, value in inside if isinstance(value, dict) and name in _LAYERS]
    return found


def _plain(value: JsonValue) -> JsonValue:
    """Return a value without what some wrap it into: a list of one, an object that has a name."""
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    name = value.get("name") if isinstance(value, dict) and len(value) <= _SMALL else None
    return name if isinstance(name, str) else value


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).replace("-", "_").replace(" ", "_").lower()
