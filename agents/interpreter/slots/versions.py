"""Versions: `1.4.2`, `v2.0.1-rc.1`, "version 42". Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_NUMBER = r"\d+(?:\.\d+){0,3}(?:[-+](?=[0-9a-z.-]*[0-9a-z])[0-9a-z.-]*[0-9a-z])?"
_DOTTED = re.compile(rf"(?<![\w.-])v?(?=\d+\.){_NUMBER}(?![\w.-]*[\w-])(?!\s*%)")
_MARKED = re.compile(rf"(?<![\w.-])v{_NUMBER}(?![\w-])")
_NAMED = re.compile(rf"\b(?:version|release|build|tag)\s+#?(v?{_NUMBER})(?![\w-])")


def read(line: Line) -> Iterator[Mention]:
    """Yield the versions in lower case, without the "v"; a bare number needs "version" or "v" before it."""
    for pattern, group in ((_NAMED, 1), (_DOTTED, 0), (_MARKED, 0)):
        for match in pattern.finditer(line.lower):
            yield line.mention(Slot.VERSION, match[group].removeprefix("v"), match.span(group))
