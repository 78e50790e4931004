"""CloudEvents: one or a batch, structured or with their attributes beside the data, which may be anything. Pure.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

import json
from base64 import b64decode
from typing import Final

from memory.errors import PayloadInvalid
from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks import generic
from tools.webhooks.mapping import Mapping
from tools.webhooks.prometheus import MOST
from tools.webhooks.reading import Part, missing, moment
from tools.webhooks.report import LONGEST_NAME, Report, labels
from tools.webhooks.severity import status

SOURCE: Final = "cloudevents"
_OWN: Final = frozenset(  # the attributes of a CloudEvent, and where it carries its data
    {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
        "data",
        "data_base64",
    }
)
_BEGAN: Final = frozenset(
    {"fired", "firing", "triggered", "raised", "opened", "open", "started", "created", "active"}
)


def is_event(body: JsonValue) -> bool:
    """Return whether it is a CloudEvent in its structured form."""
    return isinstance(body, dict) and "specversion" in body and "type" in body


def are_events(body: JsonValue) -> bool:
    """Return whether it is a CloudEvent, or a batch of them."""
    return is_event(body) or (isinstance(body, list) and bool(body) and all(is_event(each) for each in body))


def events(body: JsonValue, mapping: Mapping) -> tuple[Report, ...]:
    """Return what a CloudEvent carries, or each of a batch; raises `PayloadInvalid`."""
    if not isinstance(body, list):
        return event(body, mapping)
    if len(body) > MOST:
        raise PayloadInvalid(f"expected at most {MOST} events at once, found {len(body)}", field="events")
    return tuple(report for number, each in enumerate(body) for report in event(each, mapping, f"{number}"))


def event(body: JsonValue, mapping: Mapping, path: str = "") -> tuple[Report, ...]:
    """Return what a CloudEvent carries; what its data does not say, its own attributes and extensions do.

    Raises `PayloadInvalid` where one of the attributes every CloudEvent has is missing.
    """
    whole = Part(body, path)
    own = {name: whole.text(name, longest=LONGEST_NAME) for name in ("specversion", "id", "source", "type")}
    if not own["specversion"].startswith("1."):
        raise missing("specversion", own["specversion"], "1.0")
    at, subject = moment(whole.at("time")), whole.maybe("subject", longest=200)
    kind, state = _kind(own["type"])
    further = {name: each for name, each in whole.value.items() if name not in _OWN}
    told: dict[str, JsonValue] = {"status": state, **further, **_data(whole)}
    reports = (
        generic.parsed(told)
        if mapping is generic.USUAL and generic.is_named(told)
        else mapping.parsed({"name": own["type"], **told})
    )
    return tuple(
        report.model_copy(
            update={
                "source": SOURCE,
                "key": (
                    own["source"],
                    kind,
                    subject,
                    *(kind if each == own["type"] else each for each in report.key),
                ),
                "started_at": report.started_at or at,
                "at": report.at or at,
                "labels": labels({**report.labels, "event_source": own["source"], "subject": subject}),
            }
        )
        for report in reports
    )


def _kind(said: str) -> tuple[str, str]:
    """Return the type of an event without the state at its end, and that state: `a.resolved` is of `a`."""
    head, _, last = said.rpartition(".")
    over = status(last) is AlertStatus.RESOLVED
    return (head, last) if head and (over or last.casefold() in _BEGAN) else (said, "")


def _data(whole: Part) -> dict[str, JsonValue]:
    """Return the data of an event: an object, JSON as text or in base 64, or else words."""
    data, packed = whole.at("data"), whole.at("data_base64")
    if isinstance(packed, str):
        try:
            data = b64decode(packed, validate=True).decode()
        except ValueError:
            raise missing("data_base64", packed, "UTF-8 in base 64") from None
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return {"message": data}
    return data if isinstance(data, dict) else {}
