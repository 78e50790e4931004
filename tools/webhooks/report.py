"""What one payload said, before it is anybody's: the source's own words, cleaned, in one shape. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import Field

from memory.canonical import digest
from memory.model.alert import AlertStatus, Link
from memory.model.incident import Happening
from memory.model.value import JsonValue, Moment, Value

MOST_LABELS: Final = 64
LONGEST_LABEL: Final = 1000  # characters of a value
LONGEST_NAME: Final = 300
LONGEST_SUMMARY: Final = 3000
LONGEST_DESCRIPTION: Final = 20_000
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # control characters; tabs and line ends are text
_GUIDE: Final = re.compile(r"\b(?:run|play)[ -]?book[^\n]{0,40}?(?P<href>https?://[^\s<>\"|]+)", re.IGNORECASE)


class ReportKind(StrEnum):
    """Whether something is said to be wrong, or only to have changed."""

    ALERT = "alert"
    CHANGE = "change"


class Report(Value):
    """One thing that a payload tells of.

    `key` is what makes it the same thing to its source. `started_at` is None where the source does not say; `at`
    is when the source says so. A change that ended well (`settles`) also ends an alert with the same key.
    `happening` is what it is in a timeline, None where it is only an alert.
    """

    source: str
    kind: ReportKind = ReportKind.ALERT
    key: tuple[str, ...] = Field(min_length=1)
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    status: AlertStatus = AlertStatus.FIRING
    severity: int | None = Field(default=None, ge=1, le=5)
    summary: str = Field(default="", max_length=LONGEST_SUMMARY)
    description: str = Field(default="", max_length=LONGEST_DESCRIPTION)
    started_at: Moment | None = None
    ended_at: Moment | None = None
    at: Moment | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)  # annotations: where a service may be named, too
    links: tuple[Link, ...] = ()
    happening: Happening | None = None
    settles: bool = True

    def fingerprint(self) -> str:
        """Return what is the same whenever the same source tells of the same thing: 64 hexadecimal digits."""
        return digest([self.source, *self.key])

    def told(self, received: Moment) -> str:
        """Return what is the same only when the same news comes again: fingerprint, status and moments.

        A source that tells no moment at all cannot be told apart from its own repetition; then our minute counts.
        """
        moments = [self.started_at, self.ended_at, self.at]
        said = [each.isoformat() for each in moments if each is not None]
        return digest([self.fingerprint(), self.status.value, *(said or [received.isoformat(timespec="minutes")])])


def text(value: JsonValue, longest: int) -> str:
    """Return a value as text without control characters and halves of letters, cut; "" for what has parts."""
    if value is None or isinstance(value, dict | list):
        return ""
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return _UNSAID.sub(" ", said.encode("utf-8", "replace").decode()).strip()[:longest].strip()


def labels(value: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return the plain values of an object as labels, the first of them where there are too many."""
    found = {text(name, 120): text(each, LONGEST_LABEL) for name, each in value.items()}
    kept = [(name, each) for name, each in found.items() if name and each]
    return dict(kept[:MOST_LABELS])


def links(**given: JsonValue) -> tuple[Link, ...]:
    """Return the addresses among these, by what they lead to. Only what a browser can open safely is one."""
    found = ((rel, text(href, 2000)) for rel, href in given.items())
    return tuple(
        Link(rel=rel, href=href)
        for rel, href in found
        if href.lower().startswith(("https://", "http://")) and not any(each.isspace() for each in href)
    )


def guide(*texts: str) -> tuple[Link, ...]:
    """Return the address that a text calls its runbook, where one does (`Runbook: https://…`, `[playbook](https://…)`)."""
    found = next((match["href"] for each in texts if (match := _GUIDE.search(each))), None)
    return links(runbook=found.rstrip(".,;)>]*\"'") if found else None)
