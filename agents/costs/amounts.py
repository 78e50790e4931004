"""Sums of money as people say them: "$1.5k", "10,000 euros", "two hundred", "20 %". Pure."""

import re
from decimal import Decimal
from typing import Final

from agents.costs.periods import NUMBER, number

_SCALES: Final[dict[str, Decimal | int]] = {
    "cent": Decimal("0.01"),
    "hundred": 100,
    "k": 1000,
    "thousand": 1000,
    "grand": 1000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}
_MOST: Final = Decimal(10) ** 18  # more is no sum of money
_SIGNS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_WORDS: Final = {
    "dollar": "USD",
    "buck": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "yen": "JPY",
    "franc": "CHF",
    "rupee": "INR",
}
_CODES: Final = (
    "usd|eur|gbp|chf|jpy|cny|inr|cad|aud|nzd|sgd|hkd|sek|nok|dkk|pln|czk|huf|ron|brl|mxn|zar|krw|ils|aed|sar|thb"
)


def expression(which: str) -> str:
    """Return the expression of an amount of money or percents; `which` tells two of them apart."""
    sign, code = "[$€£¥]", "|".join([*(f"{word}s?" for word in _WORDS), _CODES])
    return (
        rf"(?:us ?)?(?P<sign{which}>{sign})? ?(?P<n{which}>\d[\d,_]{{0,17}}(?:\.\d{{1,6}})?|{NUMBER})(?!\.?\d)"
        rf"(?: ?(?P<scale{which}>{'|'.join(_SCALES)})s?\b)?"
        rf"(?: ?(?P<percent{which}>%|percent\b|per cent\b)|(?: (?:us )?(?P<code{which}>{code})\b)"
        rf"|(?P<after{which}>{sign}))?"
    )


def amount(match: re.Match[str], which: str) -> Decimal:
    """Return the number that was said."""
    said = match[f"n{which}"].replace(",", "").replace("_", "")
    found = Decimal(said) if said[0].isdigit() else Decimal(number(said))
    return min(found * _SCALES.get(match[f"scale{which}"] or "", 1), _MOST)


def currency(match: re.Match[str], which: str) -> str:
    """Return the currency that was said, empty where none was."""
    sign = match[f"sign{which}"] or match[f"after{which}"] or ""
    return _SIGNS.get(sign) or _code(match[f"code{which}"] or "")


def _code(said: str) -> str:
    """Return the currency that a word after a number is, empty where there is none."""
    return _WORDS.get(said.removesuffix("s")) or said.upper()
