"""Which phrasings the interpreter has, in effect, been told: those that equal an example but for names and values.

People do type "any alerts?", so such lines stay in the set; the report says how the others fare by themselves.
"""

import re
from functools import cache

from tests.eval.agreement import OFFERED
from tests.eval.sets import template

_FILLINGS = {
    "service": "checkout",
    "environment": "production",
    "version": "1.4.2",
    "window": "2h",
    "duration": "2h",
    "number": "5",
    "flag": "dark-mode",
    "identifier": "3f2a9c1e",
}
_GAP = re.compile(r"\{(\w+)\}")


def told(text: str) -> bool:
    """Return whether the text equals an example of some capability once names and values are masked."""
    return template(text) in _examples()


@cache
def _examples() -> frozenset[str]:
    return frozenset(template(_filled(example)) for capability in OFFERED for example in capability.examples)


def _filled(example: str) -> str:
    return _GAP.sub(lambda gap: _FILLINGS.get(gap[1], gap[1]), example)
