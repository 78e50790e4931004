"""Quantities as Kubernetes writes them: "100m", "1.5", "128Mi", "1e9".

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.
"""

import re
from decimal import Decimal
from typing import Final

from memory.errors import ConnectorError

_FORM: Final = re.compile(r"^([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)(?:([eE][+-]?[0-9]{1,3})|([A-Za-z]{0,2}))$")
_TIMES: Final = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    **{letter: Decimal(1000) ** power for power, letter in enumerate("kMGTPE", start=1)},
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", start=1)},
}


def quantity(text: str) -> Decimal:
    """Return the number; raises `ConnectorError` for what is none."""
    found = _FORM.match(text.strip()) if len(text) <= 40 else None  # noqa: PLR2004 - longer than any
    if found is None or (found[3] or "") not in _TIMES:
        raise ConnectorError(f"expected a quantity such as 100m or 128Mi from Kubernetes, found {text[:40]!r}")
    if found[2]:
        return Decimal(found[1] + found[2])
    return Decimal(found[1]) * _TIMES[found[3] or ""]
