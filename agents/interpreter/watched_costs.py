"""What people ask of costs that are watched, and "that is expected", told by their words alone. Pure.

Saying that something is expected silences it, so it is heard only where costs are named, or where the conversation
is about them; "that is expected" of an error rate is none of ours.
"""

import re
from typing import Final

from agents.interpreter.focus import Focus
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.watching import Again

FINDINGS: Final = "cost.findings"
OUTLOOK: Final = "cost.outlook"
BUDGETS: Final = "cost.budgets"
EXPECT: Final = "cost.expect"
UNEXPECT: Final = "cost.unexpect"
TOOLS: Final = frozenset({FINDINGS, OUTLOOK, BUDGETS, EXPECT, UNEXPECT})
SAID_ALONE: Final = frozenset({EXPECT, UNEXPECT})  # heard by these words, and never by likeness
ABOUT: Final = "cost."
LONGEST: Final = 400  # characters; more is something pasted
_BARE: Final = 500

_MONEY: Final = re.compile(
    r"\b(?:costs?|spend|spends|spent|spending|expenses?|bills?|billing|cloud bill|invoices?|finding|findings|budgets?)\b"
)
_MOVED: Final = re.compile(
    r"\b(?:spikes?|jumps?|rise|rises|rose|increases?|drops?|dips?|fall|decreases?|peaks?|surges?|bumps?|anomal(?:y|ies)"
    r"|findings?|outliers?|overspend)\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:alerts?|incidents?|deploy(?:s|ed|ment|ments)?|latency|errors?|error rate|traffic|logs?|pods?|replicas?"
    r"|cpu|memory|on-?call|flags?|runbooks?|health|outage|error budgets?|token budgets?|slo)\b"
)
_FINDING: Final = re.compile(r"\bfinding_[0-9a-z]{4,40}\b")
_NOT_EXPECTED: Final = re.compile(
    r"\b(?:(?:is|was|are)(?: not|n't)|isn't|wasn't|aren't|not|no longer|never)\s+(?:really |actually )?expected\b"
    r"|\bunexpected after all\b"
)
_EXPECTED: Final = re.compile(
    r"\b(?:expected|planned|intended|intentional|on purpose|known about|deliberate)\b|^(?:it|that|this)(?:'s| is| was) "
    r"(?:fine|normal|ok|okay)\b"
)
_EXPECTED_SUM: Final = re.compile(
    r"\b(?:expected|planned|intended) (?:\w+ )?(?:costs?|spend|spending|bills?|invoices?|expenses?)\b"
)
_QUESTION: Final = re.compile(
    r"\?\s*$|^(?:is|was|are|were|why|what|which|how|who|when|than|do|does|did|should|could|would|can)\b"
)
_COMPARED: Final = re.compile(
    r"\b(?:than|less|more|higher|lower|above|below|over|beyond) (?:was )?(?:expected|planned)\b"
)
_BARE_ONES: Final = re.compile(
    r"^(?:yes |yeah |ok |oh )*(?:(?:that|this|it)(?:'s| is| was)(?: all)? )?(?:not )?(?:expected|planned|intended|intentional|on purpose|deliberate)"
    r"(?: after all)?\b"
)
_UNUSUAL: Final = re.compile(
    r"\b(?:anomal\w*|unusual\w*|outliers?|stands? out|standing out|odd|strange|weird|suspicious|unexpected|spikes?"
    r"|findings?|out of the ordinary|out of line|fishy|(?:bills?|spend|spending|costs) (?:normal|ok|okay|alright)|(?:anything|something) (?:off|wrong|funny|up)"
    r"|(?:jump|jumped|jumps) (?:anywhere|somewhere)|(?:higher|more|lower|less) than (?:expected|usual|normal))\b"
)
_AHEAD: Final = re.compile(
    r"\b(?:forecasts?|forecasted|predict\w*|project(?:ed|ion|ions)|outlook|will|going to|end up|come to|estimate\w*|expect to|heading"
    r"|expected (?=costs?|spend|spending|bill))\b"
)
_SPENDS: Final = re.compile(
    r"\b(?:costs?|spend|spending|bills?|pay|invoices?|expenses?)\b|\bwhat will (?:this|next|the) (?:month|quarter)\b"
)
_BUDGET: Final = re.compile(r"\bbudgets?\b")
_BY: Final = re.compile(r"\b(?:by|per|for each|of each) (service|account|region|team|tag[: ]([\w.-]+))s?\b")
_AGAIN: Final = (
    (
        Again.MONTHLY,
        re.compile(
            r"\b(?:every|each|per|once a) month\b|\bmonthly\b|\bat the (?:end|start) of (?:the|each|every) month\b"
        ),
    ),
    (
        Again.ALWAYS,
        re.compile(r"\b(?:always|from now on|for good|every time|permanently|going forward|from here on)\b"),
    ),
)
_WHY: Final = re.compile(
    r"(?:[,;:\u2013\u2014-]\s*|\s)(?:because(?: of)?|since|due to|it (?:is|was)|it's|that (?:is|was)|that's|thanks to|as(?= we))\s+(?P<why>.+)$"
    r"|[,;:\u2013\u2014]\s*(?P<rest>.+)$",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    r"\b(?:on|in|of|for|at|with|from)\s+(?:the\s+)?(?P<name>[\w .:/&+-]{2,80}?)\s*(?:costs?|bills?|spend)?\s*"
    r"(?=\b(?:is|was|are|were|as|isn't|wasn't|aren't)\b|[,;]|$)",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    r"\b(?:the|that|this|our)\s+(?P<name>[\w.:/&+-]+(?:\s[\w.:/&+-]+){0,3}?)\s+(?:costs?\s+|bill\s+|spend\s+|spending\s+)?"
    r"(?:spikes?|jumps?|rise|increase|drop|dip|fall|decrease|peak|surge|bump|anomaly|finding|outlier|overspend)\b",
    re.IGNORECASE,
)
_NO_NAMES: Final = frozenset(
    {
        "cost",
        "costs",
        "bill",
        "bills",
        "spend",
        "spending",
        "cloud",
        "cloud bill",
        "it",
        "purpose",
        "last",
        "that",
        "this",
    }
)


def heard(text: str, focus: Focus) -> Intent | None:
    """Return what a message asks of watched costs, or says to them; None where it does neither."""
    lower = " ".join(text.lower().split())
    if not lower or len(lower) > LONGEST or _ELSEWHERE.search(_without_reason(lower)):
        return None
    if (said := _said(text, lower, focus)) is not None:
        return said
    if _BUDGET.search(lower) and not re.search(r"\b(?:set|remove|delete|raise|create)\b", lower):
        return _intent(text, BUDGETS, {})
    if _MONEY.search(lower) and _UNUSUAL.search(lower):
        return _intent(text, FINDINGS, {})
    if (
        _AHEAD.search(lower)
        and _SPENDS.search(lower)
        and not re.search(r"\b(?:save|under|below|what if)\b", lower)
    ):
        return _intent(text, OUTLOOK, _by(lower))
    return None


def _said(text: str, lower: str, focus: Focus) -> Intent | None:
    """Return that something is expected, or is not after all."""
    head = _without_reason(lower)
    back = _NOT_EXPECTED.search(head) is not None
    if not (back or _EXPECTED.search(head)) or any(
        no.search(head) for no in (_COMPARED, _QUESTION, _EXPECTED_SUM)
    ):
        return None
    about = focus.pending is None and focus.tool.startswith(ABOUT)
    named = _FINDING.search(lower) is not None or (_MOVED.search(head) and not focus.tool.startswith("incident."))
    bare = _BARE_ONES.search(head) is not None and not focus.tool
    if not (about or named or bare or _MONEY.search(head)):
        return None
    given = _which(text)
    if back:
        return _intent(text, UNEXPECT, given)
    again = next((each for each, words in _AGAIN if words.search(lower)), None)
    if again is not None:
        given["again"] = _given(again.value)
    if why := _reason(text):
        given["reason"] = _given(why)
    return _intent(text, EXPECT, given)


def _without_reason(text: str) -> str:
    """Return a sentence as far as its reason begins: "expected, it was the load test" is about nothing else."""
    found = _WHY.search(text)
    return text[: found.start()] if found and _EXPECTED.search(text[: found.start()]) else text


def _reason(text: str) -> str:
    found = _WHY.search(text)
    if found is None or not _EXPECTED.search(text[: found.start()].lower()):
        return ""
    why = (found.group("why") or found.group("rest") or "").strip(" .!")
    return "" if any(words.fullmatch(why.lower()) for _, words in _AGAIN) else why[:_BARE]


def _which(text: str) -> dict[str, Argument]:
    if (found := _FINDING.search(text)) is not None:
        return {"which": _given(found.group())}
    head = _without_reason(text)
    for pattern in (_BEFORE, _OF):
        for each in pattern.finditer(head):
            name = re.sub(
                r"\s*\b(?:costs?|bill|spend|spending)$", "", each.group("name").strip(), flags=re.IGNORECASE
            )
            if (
                name
                and name.lower() not in _NO_NAMES
                and not any(words.search(name.lower()) for _, words in _AGAIN)
            ):
                return {"which": _given(name)}
    return {}


def _by(lower: str) -> dict[str, Argument]:
    found = _BY.search(lower)
    if found is None:
        return {}
    what = found.group(1)
    if what == "team" or found.group(2):
        return {"by": _given(f"tag:{found.group(2) or what}")}
    return {"by": _given(what)}


def _given(value: str) -> Argument:
    return Argument(value=value, provenance=Provenance.SAID, quote=value)


def _intent(text: str, tool: str, arguments: dict[str, Argument]) -> Intent:
    return Intent(text=text, kind=IntentKind.TOOL, tool=tool, arguments=arguments, confidence=1.0)
