"""How bad: critical, warning, info. In talk of logs, "errors" are the critical lines. Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention
from agents.interpreter.slots.phrases import PhraseTable
from tools.contract import Severity, Slot

_CRITICAL = r"critical|criticals|crits?|sev[- ]?(?:0|1|one)|p1s?|fatal"
_PLAIN: dict[str, str] = {
    Severity.CRITICAL: _CRITICAL,
    Severity.WARNING: r"warn(?:ing)?s?|sev[- ]?(?:2|two)",
    Severity.INFO: r"info(?:rmational)?(?:[- ](?:level|severity|alerts?|logs?|lines?|messages?|ones))",
}
_ALERTS = PhraseTable(Slot.SEVERITY, _PLAIN)
_LOGS = PhraseTable(
    Slot.SEVERITY, _PLAIN | {Severity.CRITICAL: rf"{_CRITICAL}|err(?:or)?s?(?:[- ]level)?", Severity.INFO: r"info"}
)
_ABOUT_LOGS = re.compile(r"\blogs?\b|\blog (?:lines?|entries)\b")


def read(line: Line) -> Iterator[Mention]:
    """Yield the severities that are named."""
    return (_LOGS if _ABOUT_LOGS.search(line.lower) else _ALERTS).read(line)
