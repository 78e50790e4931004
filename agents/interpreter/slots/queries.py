"""PromQL inside words: found by its syntax, cut out whole, never changed. Pure.

This is no parser: Prometheus says what is wrong with an expression, in its own words. It only finds where an
expression begins and ends.
"""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_FUNCTIONS = (
    r"sum|avg|min|max|count|group|stddev|stdvar|topk|bottomk|quantile|count_values|rate|irate|increase|delta|idelta"
    r"|deriv|histogram_quantile|predict_linear|absent(?:_over_time)?|\w+_over_time|abs|ceil|floor|round|clamp(?:_\w+)?"
    r"|label_replace|label_join|changes|resets|scalar|vector|time|timestamp|sort(?:_desc)?|ln|log2|log10|exp|sqrt"
)
_GROUPING = r"(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)"
_START = re.compile(
    rf"(?<![\w:])(?:(?:{_FUNCTIONS})(?:\s*{_GROUPING}\s*\(|\(|\s+\((?=[^)]*[\[{{(]))|[a-zA-Z_:][\w:]*\s?\{{[^{{}}]*\}}|[a-zA-Z_:][\w:]*\[\d+\w\]"
    r"|\{\s*\w+\s*(?:=|!=|=~|!~)\s*\")"
)
_METRIC = re.compile(
    r"(?<![\w:])[a-zA-Z]\w*_(?:total|seconds|bytes|count|sum|bucket|info|ratio|percent|rss)(?![\w:(-])"
)
_NAMED = re.compile(
    r"\b(?:promql|expression|expr)\b(?: query)?\s*[\s:]\s*(?P<rest>\w+(?=\s*$|\s+(?:over|for|in|last|past)\b)"
    r"|\w[\w:]*\s*(?:==|!=|[<>]=?|[-+*/])\s*[\w.]+)",
    re.IGNORECASE,
)
_OPERATOR = re.compile(
    r"\s*(?:[-+*/%^]|==|!=|>=|<=|>|<|\b(?:and|or|unless)\b(?=\s*[\w({]+.*[({\[]))\s*(?:bool\s+)?"
)
_OPERAND = re.compile(r"-?(?:\d+(?:\.\d+)?(?:e-?\d+)?(?![\w])|[a-zA-Z_:][\w:]*|(?=[({]))")
_SUFFIX = re.compile(rf"\s*(?:(?={{)|(?=\()|\[[^\]]*\]|{_GROUPING}|offset\s+-?\d+\w|@\s*[\w.()]+)")
_CLOSING = {"(": ")", "{": "}", "[": "]"}


def expressions(line: Line) -> Iterator[Mention]:
    """Yield the PromQL expressions that their syntax gives away, exactly as written."""
    position = 0
    while match := _START.search(line.text, position):
        end = _expression_end(line.text, match.start())
        yield line.mention(Slot.QUERY, line.text[match.start() : end].rstrip(), (match.start(), end))
        position = max(end, match.end())


def metrics(line: Line) -> Iterator[Mention]:
    """Yield bare metric names: those that end as metrics do, or stand after "promql"."""
    for pattern, group in ((_METRIC, 0), (_NAMED, "rest")):
        for match in pattern.finditer(line.text):
            yield line.mention(Slot.QUERY, match[group], match.span(group))


def _expression_end(text: str, start: int) -> int:
    """Return where the expression that starts at `start` ends: operands joined by operators, each one whole."""
    end = _operand_end(text, start)
    while joined := _OPERATOR.match(text, end):
        further = _operand_end(text, joined.end())
        if further == joined.end():
            break
        end = further
    return end


def _operand_end(text: str, start: int) -> int:
    operand = _OPERAND.match(text, start)
    if operand is None:
        return start
    end = operand.end() if operand[0] else _balanced_end(text, start)
    while end < len(text) and (suffix := _SUFFIX.match(text, end)):
        bracket = suffix.end()
        closed = _balanced_end(text, bracket) if bracket < len(text) and text[bracket] in "({" else bracket
        if closed == end:
            break
        end = closed
    return end


def _balanced_end(text: str, start: int) -> int:
    """Return the offset after the bracket that closes the one at `start`, strings skipped; the end if none does."""
    expected: list[str] = []
    quote = ""
    for offset, char in enumerate(text[start:], start):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'`":
            quote = char
        elif char in _CLOSING:
            expected.append(_CLOSING[char])
        elif expected and char == expected[-1]:
            expected.pop()
            if not expected:
                return offset + 1
    return len(text)
