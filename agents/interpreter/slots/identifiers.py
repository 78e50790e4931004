"""Ids of silences, names of alerts and of nodes. Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_UUID = re.compile(r"(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])")
_HEX = r"[0-9a-f]{4,64}"
_MIXED = re.compile(rf"(?<![\w.-])(?=\w*\d)(?=\w*[a-f]){_HEX}(?![\w-]|\.\d)")
_AFTER_ID = re.compile(
    rf"(?<![\w-])(?:silence|id|sid|#)[\s:#=]*(?:with )?(?:the )?(?:id[\s:#=]*)?({_HEX})(?![\w-])"
)
_ALERT = re.compile(
    r"(?<![\w-])[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*[A-Z0-9][A-Za-z0-9]*(?![\w-])|(?<![\w-])[A-Z]{2,}[a-z]{2,}(?![\w-])"
)
_AFTER_ALERT = re.compile(r"\b(?:alert|alertname|alarm)[\s:=]+(?:named |called )?(\w+_\w+|\w+-\w[\w-]*)")
_NODE = re.compile(
    r"(?<![\w-])(?:node[\s:=]+(?:named |called )?(?=[a-z0-9.-]*\d)|(?=(?:node|worker|ip)-[a-z0-9.-]*\d))"
    r"([a-z0-9][a-z0-9.]*-[a-z0-9.-]*[a-z0-9])(?![\w-])"
)
PRODUCTS = frozenset({
    "PromQL", "PagerDuty", "GitHub", "GitLab", "JavaScript", "TypeScript", "PostgreSQL", "MySQL", "OpsGenie",
    "DataDog", "CloudWatch", "OpenSearch", "AlertManager", "GraphQL", "YouTube", "LinkedIn", "McDonald", "iPhone",
})  # fmt: skip


def read(line: Line) -> Iterator[Mention]:
    """Yield ids as hexadecimal digits, alert names in camel case or after "alert", node names with a digit."""
    for pattern, group in ((_UUID, 0), (_AFTER_ID, 1), (_MIXED, 0)):
        for match in pattern.finditer(line.lower):
            yield _as_written(line, match.span(group))
    for match in _ALERT.finditer(line.text):
        if match[0] not in PRODUCTS:
            yield _as_written(line, match.span())
    for match in _NODE.finditer(line.lower):
        yield _as_written(line, match.span(1))
    for match in _AFTER_ALERT.finditer(line.lower):
        yield _as_written(line, match.span(1))


def is_id(value: object) -> bool:
    """Return whether a value is hexadecimal digits and hyphens, as the ids of silences are."""
    return isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F-]{4,64}", value) is not None


def is_entry(value: object) -> bool:
    """Return whether a value is the id of an entry in a timeline."""
    return isinstance(value, str) and re.fullmatch(r"tl_[0-9a-z]{6,32}", value.lower()) is not None


def _as_written(line: Line, span: tuple[int, int]) -> Mention:
    return line.mention(Slot.IDENTIFIER, line.text[slice(*span)], span)
