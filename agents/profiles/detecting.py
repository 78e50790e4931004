"""Finds secrets and personal data in a text: by form, by check digits where there are some, else by entropy. Pure.

A detector would rather miss a number than take every number for a person; a secret it would rather find once too
often. Digests, commits, versions, times and our own ids are none.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from math import log2

from agents.profiles.kinds import Kind
from memory.model.value import Value

LONGEST = 200_000  # characters that are looked through; what comes after is not shown to a model either
_LEAST_RANDOM = 24
_BITS_A_CHARACTER = 4.2  # words run together have below 4
_CARD_DIGITS = range(13, 20)
_PHONE_DIGITS = range(8, 16)
_MOST_RUN = 9
_SHORTEST_TOLD = 5  # letters of a password that is told in a sentence


class Detected(Value):
    """One value in a text: what it is, and where it stands."""

    kind: Kind
    start: int
    end: int


_Check = Callable[[str], bool]


def detected(text: str) -> tuple[Detected, ...]:
    """Return what was found, in order, nothing twice: of what overlaps the first, the secret, the longest."""
    found = sorted(_all(text[:LONGEST]), key=lambda each: (each.start, not each.kind.secret, -each.end))
    kept: list[Detected] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def _all(text: str) -> Iterator[Detected]:
    for kind, pattern, holds in _DETECTORS:
        for match in pattern.finditer(text):
            value = match["value"]
            if holds(value):
                yield Detected(kind=kind, start=match.start("value"), end=match.end("value"))


def luhn(digits: str) -> bool:
    """Return whether the last of these digits checks the others (ISO/IEC 7812-1)."""
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(each - 9 if each > _MOST_RUN else each for each in doubled) % 10 == 0


def mod97(iban: str) -> bool:
    """Return whether an IBAN's check digits hold (ISO 13616)."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def entropy(text: str) -> float:
    """Return the Shannon entropy of a text's characters, in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * log2(n / len(text)) for n in counts.values())


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def _card(text: str) -> bool:
    digits = _digits(text)
    return len(digits) in _CARD_DIGITS and len(set(digits)) > 1 and luhn(digits)


def _iban(text: str) -> bool:
    return mod97(re.sub(r"\s", "", text).upper())


def _phone(text: str) -> bool:
    return len(_digits(text)) in _PHONE_DIGITS


def _ssn(text: str) -> bool:
    area, group, serial = text.split("-")
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def _ip(text: str) -> bool:
    try:
        return not ip_address(text).is_loopback
    except ValueError:
        return False


def _random(text: str) -> bool:
    mixed = all(re.search(kind, text) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return mixed and entropy(text) >= _BITS_A_CHARACTER


def _any(_: str) -> bool:
    return True


def _told(text: str) -> bool:
    """Return whether what stands after "the password is" is one, and no word or number about it."""
    mixed = any(char.isdigit() for char in text) and any(char.isalpha() for char in text)
    return mixed and len(text) >= _SHORTEST_TOLD and _said(text)


def _said(text: str) -> bool:
    """Return whether what stands after "password:" is one, and no word about it."""
    return text.lower().strip("\"'") not in _NO_PASSWORDS and not text.startswith(("$", "<", "{", "***", "["))


_NO_PASSWORDS = frozenset(
    {"is", "was", "not", "none", "null", "true", "false", "required", "missing", "wrong", "invalid", "expired"}
    | {"incorrect", "rotated", "changed", "reset", "authentication", "auth", "for", "the", "a", "an", "and", "or"}
    | {
        "it",
        "this",
        "that",
        "which",
        "has",
        "will",
        "should",
        "must",
        "no",
        "yes",
        "to",
        "of",
        "in",
        "on",
        "manager",
        "policy",
        "rotation",
        "string",
        "str",
        "optional",
    }
)
_FORMS = (
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}",
    r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255}|glpat-[A-Za-z0-9_-]{20,}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}",
    r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}",
    r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{20,}",
    r"sk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{20,}",
    r"npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{40,}|dop_v1_[a-f0-9]{64}|hvs\.[A-Za-z0-9_-]{20,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|AGE-SECRET-KEY-1[A-Z0-9]{58}",
    r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
)
_TOKENS = "|".join(_FORMS)
_NAMED = r"(?:pass(?:word|wd|phrase)?|pwd|secret|api[ _-]?key|access[ _-]?key|token|credentials?|private[_-]?key)"
_DETECTORS: tuple[tuple[Kind, re.Pattern[str], _Check], ...] = (
    (
        Kind.PRIVATE_KEY,
        re.compile(
            r"(?P<value>-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----.*?"
            r"(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|\Z))",
            re.DOTALL,
        ),
        _any,
    ),
    (Kind.TOKEN, re.compile(rf"(?<![A-Za-z0-9])(?P<value>{_TOKENS})"), _any),
    (Kind.TOKEN, re.compile(r"(?i)\b(?:bearer|basic)\s+(?P<value>[A-Za-z0-9._~+/=-]{16,})"), _any),
    (Kind.PASSWORD, re.compile(r"\w://[^\s/:@]{0,60}:(?P<value>[^\s/@]{1,200})@"), _said),
    (
        Kind.PASSWORD,
        re.compile(
            rf"(?i)\b(?:\w+[_-])?{_NAMED}[\"']?\s*(?:=|:)\s*(?P<value>\"[^\"\n]+\"|'[^'\n]+'|[^\s,;}}\"']+)"
        ),
        _said,
    ),
    (
        Kind.PASSWORD,
        re.compile(
            rf"(?i)\b{_NAMED}\s+(?:is|was)\s+(?:now\s+|still\s+)?(?P<value>\"[^\"\n]+\"|'[^'\n]+'|[^\s\"']+)"
        ),
        _told,
    ),
    (
        Kind.PASSWORD,
        re.compile(rf"(?i)(?<!\S)--?{_NAMED}[ =](?P<value>\"[^\"\n]+\"|'[^'\n]+'|[^\s\"'-]\S*)"),
        _said,
    ),
    (Kind.EMAIL, re.compile(r"(?<![\w.+-])(?P<value>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24})\b"), _any),
    (Kind.CARD, re.compile(r"(?<![\w.-])(?P<value>\d(?:[ -]?\d){12,18})(?![\w-])"), _card),
    (Kind.IBAN, re.compile(r"\b(?P<value>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b"), _iban),
    (Kind.SSN, re.compile(r"(?<![\w-])(?P<value>\d{3}-\d{2}-\d{4})(?![\w-])"), _ssn),
    (Kind.PHONE, re.compile(r"(?<![\w.+])(?P<value>\+\d{1,3}(?:[ ./-]?\(?\d{1,4}\)?){2,6})(?!\w)"), _phone),
    (Kind.PHONE, re.compile(r"(?<![\w.+-])(?P<value>\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?![\w-])"), _phone),
    (Kind.IP, re.compile(r"(?<![\w.])(?P<value>\d{1,3}(?:\.\d{1,3}){3})(?![\w.]*\d)"), _ip),
    (
        Kind.RANDOM,
        re.compile(rf"(?<![\w/+=.-])(?P<value>[A-Za-z0-9+/_-]{{{_LEAST_RANDOM},}}={{0,2}})(?![\w/+])"),
        _random,
    ),
)
