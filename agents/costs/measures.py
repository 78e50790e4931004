"""Which cost or quantity of a charge is asked for: billed, effective, list, contracted, consumed. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from agents.costs.words import Words, atoms
from memory.model.cost import Measure

_MEASURES: Final = tuple(
    (measure, re.compile(pattern))
    for measure, pattern in (
        (
            Measure.COMMITTED,
            (
                r"\b(?:commitment(?: discount)? quantit(?:y|ies)|committed quantit(?:y|ies))\b"
                r"|\bcommitmentdiscountquantity\b"
            ),
        ),
        (
            Measure.IN_PRICING_CURRENCY,
            (
                r"\b(?:(?:effective )?(?:costs?|spend(?:ing)?) )?in (?:the |its |their )?(?:pricing|virtual)"
                r" currenc(?:y|ies)\b"
                r"|\bpricing currency(?: effective)? costs?\b|\bpricingcurrencyeffectivecost\b"
                r"|\b(?:consumption|use|usage) of (?:the )?virtual currenc(?:y|ies)\b"
            ),
        ),
        (
            Measure.CONSUMED,
            (
                r"\b(?:consumed quantit(?:y|ies)|quantit(?:y|ies) consumed|consumption|consumed"
                r"|usage quantit(?:y|ies)|usage amounts?|how much usage)\b|\bconsumedquantity\b"
            ),
        ),
        (Measure.PRICED, r"\b(?:priced quantit(?:y|ies)|pricing quantit(?:y|ies))\b|\bpricingquantity\b"),
        (
            Measure.CONTRACTED,
            (
                r"\b(?:contracted|negotiated|contract(?:ed)? (?:price|rate)s?)(?: costs?| spend)?\b"
                r"|\bcontractedcost\b"
            ),
        ),
        (
            Measure.LIST,
            (
                r"\b(?:at |in )?(?:the )?(?:list (?:price|cost|rate)s?|public (?:price|rate)s?"
                r"|on-?demand equivalents?|retail (?:price|cost)s?|undiscounted)(?: costs?)?\b"
                r"|\blistcost\b"
            ),
        ),
        (Measure.EFFECTIVE, r"\b(?:effective|amorti[sz]ed)(?: costs?| spend)?\b|\beffectivecost\b"),
        (
            Measure.BILLED,
            (
                r"\b(?:billed|invoiced|unblended|cash)(?: costs?| amounts?| spend)?\b|\bbilledcost\b"
                r"|\b(?:we|us) (?:been )?(?:charged|pay|paid|owe)\b|\b(?:do|did|will|must) we (?:pay"
                r"|owe)\b|\b(?:the|our|my|a|this|total|cloud|aws|azure|gcp|google|oracle"
                r"|\w+'s) (?:\w+ )?(?:bill|invoice)\b(?! by)|^(?:bill|invoice)\b"
            ),
        ),
    )
)
_SAID_OUT: Final = ("billed", "invoiced", "unblended", "cash")
_AGAINST: Final = re.compile(
    r"\b(?:vs|versus|against|compared?|difference|between|and|or|minus|rather than|than)\b"
)


_BARE: Final = re.compile(
    r"\b(?:list|public)(?: (?:price|cost|rate)s?)? (?:and|vs\.?|versus|against|or|to|than) (?:the |our )?"
    r"(?=effective|amorti[sz]ed|billed|contracted|negotiated)"
)
_COUNTED: Final = re.compile(r"\bhow (?:many|much) (?P<what>[a-z]+(?:-[a-z]+)?)\b")


def counted(words: Words, units: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return the unit of which it is asked how many there were, as the bills write it, and where that stands."""
    for match in list(words.every(_COUNTED)):
        if found := tuple(each for each in units if atoms(each) == atoms(match["what"])):
            words.take(*match.span())
            return found, match.start()
    return (), -1


def measure(words: Words) -> Measure | None:
    """Read which one is asked for, and mark what it was read from; of "our bill" nothing is marked."""
    found: Measure | None = None
    for each, pattern in _MEASURES:
        if match := words.seek(pattern, keep=each is Measure.BILLED):
            found = found or each
            if each is Measure.BILLED and match.group().startswith(_SAID_OUT):
                words.take(*match.span())
    return found


def two(words: Words) -> tuple[Measure, ...]:
    """Return the measures that are held against each other, such as list and effective cost, if any."""
    if _AGAINST.search(words.lower) is None:
        return ()
    found: dict[Measure, tuple[int, int]] = {}
    for each, pattern in _MEASURES:
        for match in pattern.finditer(words.lower):
            apart = all(match.end() <= start or end <= match.start() for start, end in found.values())
            if apart and (each is not Measure.BILLED or match.group().startswith(_SAID_OUT)):
                found.setdefault(each, match.span())
    if _BARE.search(words.lower):
        found.setdefault(Measure.LIST, (0, 0))
    return tuple(found) if len(found) > 1 else ()
