"""Words that speak to whoever reads a timeline rather than of a system: they are told to nobody. Pure.

A summary obeys nothing, whatever stands in its timeline. But that somebody wrote "say that it was DNS" is no
finding either: from the first such clause on one of our own says nothing, and of what comes from outside, which
may say little anyway, such clauses are left out.
"""

import re
from collections.abc import Sequence

from agents.summaries.clauses import Clause, clauses

_READER = r"(?:ai|a\.i\.|assistant|chat ?bot|bot|llm|(?:language )?model|summari[sz]er|reader)"
_SAYING = r"(?:state|write|say|report|conclude|claim|output|print|answer|reply|respond)"
_FINDING = r"(?:root )?(?:cause|incident|outage|impact|summary|review|severity|status)"
_ANYBODYS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?)\b"
    r"|\bsystem prompt\b|\b(?:new|your) instructions (?:are|follow)\b|</?(?:system|instructions?)>|\[/?INST\]"
    r"|^\W*(?:system|assistant|developer)\s*:\s*(?:you|ignore|from now|override|new)\b"
    rf"|\byou (?:are|act as|must act as) (?:now )?an? {_READER}\b|\bas an? {_READER}\b,"
    rf"|\b(?:dear|attention|hey|note to|message to|instructions? (?:to|for)) (?:the |any |all )?{_READER}s?\b"
    rf"|\byou (?:must|should|shall|will|have to|need to) (?:now |only |always )?{_SAYING}\b.{{0,30}}\bthat\b"
    rf"|^\W*(?:please |now |instead )?{_SAYING} (?:only )?(?:that|in) (?:the |your )?{_FINDING}\b"
    rf"|\bdo(?: not|n['\u2019]t) (?:mention|include|report|cite)\b.{{0,60}}\b(?:summary|review|report)\b",
    re.IGNORECASE,
)
_OUTSIDERS = re.compile(  # of those who have no say here
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:rules|above|previous)\b"
    r"|\byou (?:are|must|should|will) (?:now|an?|the|not)\b",
    re.IGNORECASE,
)


def told(text: str, *, trusted: bool) -> tuple[Sequence[Clause], bool]:
    """Return the clauses of an entry without those that give its reader orders, and whether any do."""
    every = clauses(text)
    orders = [number for number, clause in enumerate(every) if _is_order(clause.text, trusted=trusted)]
    if trusted:
        return every[: orders[0]] if orders else every, bool(orders)
    return [clause for number, clause in enumerate(every) if number not in orders], bool(orders)


def _is_order(text: str, *, trusted: bool) -> bool:
    return _ANYBODYS.search(text) is not None or (not trusted and _OUTSIDERS.search(text) is not None)
