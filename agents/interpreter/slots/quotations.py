"""Free text to look for: in quotation marks, or after words such as "containing" and "grep". Pure."""

import re
from collections.abc import Iterator, Sequence

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_QUOTED = re.compile(r"(?<![\w\"'`])(?:\"([^\"\n]+)\"|'([^'\n]+)'(?!\w)|`([^`\n]+)`)")
_CONTEXT = re.compile(r"\b(?:logs?|logged|logging|grep|metrics?|series|lines?|messages?|instrumented)\b")
_CUE = (
    r"contain(?:s|ing|ed)?|match(?:es|ing)?|mention(?:s|ing)?|includ(?:e|es|ing)|with|about|called|named|like|say(?:s|ing)?"
    r"|ending (?:in|on|with)|starting with|beginning with|filtered (?:by|on|for)|under the name"
)
_STRONG = re.compile(
    rf"\b(?:{_CUE}|grep(?: for)?|look(?:ing)? for|search(?:ing)? for|find(?: me)?|filter(?: for)?)\b ?"
)
_FOR = re.compile(r"\bfor ")
_BEFORE_METRICS = re.compile(r"\b(\w+) (?:metrics?|series|time series)\b")
_STOP = frozenset(
    [
        "a",
        "all",
        "an",
        "and",
        "any",
        "anything",
        "are",
        "as",
        "at",
        "been",
        "by",
        "can",
        "do",
        "does",
        "during",
        "every",
        "for",
        "from",
        "give",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "list",
        "log",
        "logged",
        "logging",
        "logs",
        "me",
        "metric",
        "metrics",
        "my",
        "name",
        "named",
        "names",
        "of",
        "on",
        "or",
        "our",
        "out",
        "over",
        "please",
        "pls",
        "plz",
        "prom",
        "prometheus",
        "queryable",
        "series",
        "show",
        "since",
        "some",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "thing",
        "things",
        "this",
        "those",
        "time",
        "to",
        "us",
        "we",
        "what",
        "which",
        "who",
        "within",
        "you",
        "available",
        "existing",
        "existing",
        "lines",
        "line",
        "now",
        "right",
    ]
)
_ARTICLES = frozenset({"the", "a", "an", "word", "string", "text", "term", "any", "some", "anything"})


def quoted(line: Line) -> Iterator[Mention]:
    """Yield what stands in quotation marks or backticks, without them."""
    for match in _QUOTED.finditer(line.text):
        yield line.mention(Slot.TEXT, match[match.lastindex or 0].strip(), match.span())


def cued(line: Line, taken: Sequence[Mention], *, expected: bool = False) -> Iterator[Mention]:
    """Yield what words such as "containing" point at, in talk of logs and metrics, up to what is `taken`.

    "For" points at a text only once it is said whose logs are meant: "logs for X" may name a service.
    """
    quoted_before = any(mention.slot is Slot.TEXT for mention in taken)
    if quoted_before or not (expected or _CONTEXT.search(line.lower)):
        return
    about_metrics = "metric" in line.lower or "series" in line.lower
    somewhere = about_metrics or any(mention.slot is Slot.SERVICE for mention in taken)
    for cue in (_STRONG, _FOR) if somewhere else (_STRONG,):
        found = [span for match in cue.finditer(line.lower) if (span := _following(line, match.end(), taken))]
        if found:
            yield line.mention(Slot.TEXT, line.text[slice(*found[0])], found[0])
            return
    for match in _BEFORE_METRICS.finditer(line.lower) if about_metrics else ():
        if match[1] not in _STOP:
            yield line.mention(Slot.TEXT, line.text[slice(*match.span(1))], match.span(1))


def _following(line: Line, start: int, taken: Sequence[Mention]) -> tuple[int, int] | None:
    """Return the run of words from `start` to the next stop word, claimed word or punctuation."""
    span: tuple[int, int] | None = None
    for word in line.words:
        if word.start < start or (span is None and word.lower in _ARTICLES):
            continue
        broken = re.search(r"[,;:?!.()]", line.text[span[1] if span else start : word.start]) is not None
        claimed = any(mention.start < word.end and word.start < mention.end for mention in taken)
        if broken or claimed or word.lower in _STOP:
            break
        span = (span[0] if span else word.start, word.end)
    return span
