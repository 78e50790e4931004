"""An alert as a question: its name, its words, and what its labels say. Pure; nothing in it is obeyed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from memory.errors import InvalidEncoding, InvalidInput, PayloadInvalid
from memory.model.alert import Alert
from memory.model.value import JsonValue
from memory.recall.entry import Query
from tools.webhooks.report import Report
from tools.webhooks.sources import read_any

LARGEST = 1_000_000  # bytes of a file
MOST_ALERTS = 20  # of one delivery that are each asked about
_MUTE = frozenset(
    [
        "alertname",
        "severity",
        "priority",
        "monitor",
        "prometheus",
        "receiver",
        "timeout",
        "replica",
        "uid",
        "id",
        "fingerprint",
        "run_id",
    ]
)
"""Labels that say nothing of what is wrong."""
_SERVICES = ("service", "service_name", "app", "application", "job", "component")
_RUNBOOK = ("runbook_url", "runbook", "runbookurl")
_NAMES = ("name", "alertname", "alert_name", "title")
_WORDS = ("summary", "description", "message", "text", "details")


def of_alerts(title: str, alerts: Sequence[Alert], services: Sequence[str] = ()) -> Query:
    """Return the question of an incident: its title and its alerts."""
    links = [link.href for alert in alerts for link in alert.links if link.rel == "runbook"]
    return _query(
        names=[alert.name for alert in alerts],
        words=[title, *(text for alert in alerts for text in (alert.summary, alert.description))],
        labels=[alert.labels for alert in alerts],
        links=links,
        services=[*services, *(alert.service for alert in alerts if alert.service)],
    )


def of_file(data: bytes) -> Query:
    """Return the question of a file.

    Any alert payload, a JSON object with a name, labels and annotations, or text.

    Raises `InvalidInput` where nothing in it could be asked about.
    """
    if len(data) > LARGEST:
        raise InvalidInput(f"expected an alert of at most {LARGEST} bytes, found {len(data)}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidEncoding(f"expected an alert in UTF-8, found the byte 0x{data[error.start]:02x}") from error
    query = _of_text(text)
    if not query.said.strip():
        raise InvalidInput(
            "expected an alert with a name or some words, found neither",
            hint='A plain one is {"name": "...", "labels": {}, "annotations": {"summary": "..."}}, or just text.',
        )
    return query


def each_of_file(data: bytes) -> dict[str, Query]:
    """Return the question of each alert of a delivery by its name, the first ones; empty where it is but one."""
    try:
        _, reports = read_any(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError, PayloadInvalid):
        return {}
    named: dict[str, list[Report]] = {}
    for report in reports:
        named.setdefault(report.name, []).append(report)
    first = list(named.items())[:MOST_ALERTS]
    return {name: _of_reports(alike) for name, alike in first} if len(named) > 1 else {}


def _of_text(text: str) -> Query:
    try:
        body: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return Query(words=text)
    if isinstance(body, str):
        return Query(words=body)
    if isinstance(body, dict) and _is_plain(body):
        return _of_plain(body)
    try:
        _, reports = read_any(body)
    except PayloadInvalid:
        reports = ()
    if reports:
        return _of_reports(reports)
    return Query(words=" ".join(_strings(body)))


def _of_reports(reports: Sequence[Report]) -> Query:
    return _query(
        names=[each.name for each in reports],
        words=[words for each in reports for words in (each.summary, each.description)],
        labels=[each.labels for each in reports],
        links=[link.href for each in reports for link in each.links if link.rel == "runbook"],
    )


def _is_plain(body: Mapping[str, JsonValue]) -> bool:
    """Return whether this is one alert by itself: a name, or labels that hold one, and no payload around it."""
    labels = body.get("labels")
    named = any(isinstance(body.get(name), str) for name in _NAMES)
    return "alerts" not in body and (named or isinstance(labels, dict)) and set(body) <= _PLAIN_FIELDS


_PLAIN_FIELDS = frozenset(
    (
        *_NAMES,
        *_WORDS,
        *_RUNBOOK,
        "labels",
        "annotations",
        "status",
        "severity",
        "service",
        "services",
        "environment",
    )
) | {"startsAt", "endsAt", "generatorURL", "fingerprint", "links"}


def _of_plain(body: Mapping[str, JsonValue]) -> Query:
    labels, notes = _texts(body.get("labels")), _texts(body.get("annotations"))
    own = _texts(dict(body))
    several = body.get("services")
    return _query(
        names=[
            *(own[name] for name in _NAMES if name in own),
            *(labels[name] for name in _NAMES if name in labels),
        ],
        words=[*(own[name] for name in _WORDS if name in own), *_words(notes)],
        labels=[labels],
        links=[each[name] for each in (own, notes, labels) for name in _RUNBOOK if name in each],
        services=[
            *([own["service"]] if "service" in own else []),
            *(each for each in (several if isinstance(several, list) else ()) if isinstance(each, str)),
        ],
    )


def _words(notes: Mapping[str, str]) -> list[str]:
    """Return what annotations say, the usual ones first; addresses are no words."""
    order = sorted(notes, key=lambda name: (name not in _WORDS, name))
    return [notes[name] for name in order if name not in _RUNBOOK and "://" not in notes[name]]


def _query(
    *,
    names: Iterable[str],
    words: Iterable[str],
    labels: Iterable[Mapping[str, str]],
    links: Iterable[str],
    services: Iterable[str] = (),
) -> Query:
    labels = list(labels)
    named = [*filter(None, names), *filter(None, map(_page, links))]
    of_labels = [each[name] for each in labels for name in _SERVICES if each.get(name)]
    values = [
        value for each in labels for name, value in sorted(each.items()) if name.lower() not in _MUTE and value
    ]
    return Query(
        names=tuple(dict.fromkeys(named))[:10],
        words=" ".join(dict.fromkeys(filter(None, words))),
        labels=tuple(dict.fromkeys(values)),
        services=tuple(dict.fromkeys([*services, *of_labels])),
    )


def _page(link: str) -> str:
    """Return the name of the page a runbook's address leads to: `.../kubernetes/KubeAPIDown/` is `KubeAPIDown`."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    named = parts.fragment or PurePosixPath(parts.path.rstrip("/")).name
    return PurePosixPath(named).stem if parts.scheme and named else ""


def _texts(value: JsonValue) -> dict[str, str]:
    return {name: each for name, each in value.items() if isinstance(each, str)} if isinstance(value, dict) else {}


def _strings(value: JsonValue, deep: int = 8) -> list[str]:
    """Return every text in a document, in order, as far down as anybody nests by hand."""
    if isinstance(value, str):
        return [value] if "://" not in value else []
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for each in inside for text in _strings(each, deep - 1)] if deep else []
