"""How large what is told has to be: "more than 500 dollars", "over 1k a day", "grew by more than 20 %". Pure.

These are read before times and comparisons, whose words they share: in "more than last month" nothing is a size.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from agents.costs.amounts import amount, currency, expression
from agents.costs.known import Known
from agents.costs.plan import Asked, CostPlan, Only, Size, SizeOf
from agents.costs.words import Words, atoms
from memory.model.cost import Bound, CostField, CostFilter, Dimension, Grain, Way

_CURRENCY: Final = CostField(dimension=Dimension.CURRENCY)
_WAYS: Final = {
    Way.LEAST: r"at least|no less than|not less than|a minimum of|>=|≥",
    Way.MOST: r"at most|no more than|not more than|up to|a maximum of|<=|≤",
    Way.MORE: (
        r"(?:more|greater|higher|larger|bigger) than|over|above|exceed(?:s|ed|ing)?|in excess of|beyond"
        r"|north of|upwards of|>"
    ),
    Way.LESS: r"(?:less|fewer|smaller|lower|cheaper) than|under|below|south of|<",
}
_WAY: Final = "|".join(f"(?P<w{place}>{said})" for place, said in enumerate(_WAYS.values()))
_EACH: Final = r"(?P<each> ?/ ?(?:hour|day|week|month)\b| (?:an?|per|each|every) (?:hour|day|week|month)\b)?"
_OF_WHOLE: Final = (
    r"(?: of (?:the |our |all |my )?(?:total |whole |overall |cloud |monthly )*"
    r"(?:bills?|spend(?:ing)?|costs?|total|whole|everything)\b)?"
)
_SIZE: Final = re.compile(
    rf"(?<![\w<>])(?:by )?(?:{_WAY}) ?{expression('')}(?P<or> or (?:more|less|fewer|above|below))?"
    rf"{_EACH}{_OF_WHOLE}"
)
_OR_MORE: Final = re.compile(rf"(?<![\w-]){expression('')}(?: or (?P<or>more|less|fewer|above|below)\b|\+){_EACH}")
_BETWEEN: Final = re.compile(rf"\bbetween {expression('a')} (?:and|to) {expression('b')}{_EACH}")
_UP: Final = re.compile(
    r"\b(?:gr[eo]w(?:n|s|ing)?|increas\w+|ris(?:e|es|en|ing)|rose|jump\w*|climb\w*|up|higher|gain(?:ed|s)?)"
    r"(?: in (?:costs?|price|spend))? $"
)
_DOWN: Final = re.compile(
    r"\b(?:f[ae]ll(?:en|s|ing)?|dropp?\w*|decreas\w+|declin\w+|down|shr[aiu]nk\w*|lower|los[et]s?)"
    r"(?: in (?:costs?|price|spend))? $"
)
_EITHER: Final = re.compile(r"\b(?:chang\w+|moved?|differ\w*|swung)(?: in (?:costs?|price|spend))? $")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_TIMES: Final = re.compile(
    r" (?:full |whole |consecutive )?(?:hour|day|week|month|quarter|year|am|pm|o'clock|time)s?\b"
)
_COUNTED: Final = re.compile(r" (?!this\b|across\b|versus\b|vs\b|was\b|previous\b|plus\b|aws\b)[a-z]{2,}s\b")
_AFTER_A_NUMBER: Final = re.compile(
    r"(?:\d|last|past|previous|recent|trailing|few|couple of|business|working|office) $"
)
_SHORT: Final = 100  # below this, "between 3 and 9" is no sum unless a currency says so
_GRAINS: Final = re.compile(
    r"\b(?:(?:on |in )?(?:which|what|how many|any|all|every|the) )?(?P<u>hour|day|week|month)s\b"
    r"|\b(?:on |in )?(?:which|what|any) (?P<u2>hour|day|week|month)\b"
)
_ANYTHING: Final = re.compile(r"\b(?:anything|something|everything|which ones?|what (?:costs?|is|was|are|were))\b")
_NEW: Final = re.compile(
    r"\b(?:brand[- ]?new|newly added|new)(?= (?P<noun>[a-z]+s)\b)"
    r"|\b(?:is|are|was|were|what's) (?:brand[- ])?new\b|\b(?:newly )?(?:appear(?:ed|s|ing)?|showed up)\b"
    r"|\b(?:started|began|begun) (?:using|to use|paying for|to pay for|to cost)\b"
)
_GONE: Final = re.compile(
    r"\b(?:is|are|was|were|what's|have|has) gone\b|\b(?:disappear(?:ed|s)?|vanished|went away|dropped out)\b"
    r"|\b(?:stopped|ceased|quit) (?:using|paying for|costing|charging|billing)\b"
    r"|\bno longer (?:used|billed|charged|there|in the bills?|cost\w*|pay(?:ing)? for)\b"
)
_FACTORS: Final = (
    (re.compile(r"\b(?:more than )?doubled\b"), 1, 100),
    (re.compile(r"\b(?:more than )?tripled\b"), 1, 200),
    (re.compile(r"\b(?:more than )?halved\b"), -1, 50),
)
_WHICH: Final = (
    r"\b(?:which|what) (?:[\w'-]+ ){1,3}?(?:have |has |had |did |are |is |got |were |was |costs? |spend )*"
)
_MOVED: Final = (
    (
        re.compile(_WHICH + r"(?P<v>gr[eo]wn?|increased?|risen|rose|went up|gone up|more expensive|pricier|up)\b"),
        1,
    ),
    (
        re.compile(
            _WHICH
            + r"(?P<v>shrank|shrunk|fell|fallen|dropped|declined|decreased?|went down|gone down"
            + r"|became cheaper|cheaper)\b"
        ),
        -1,
    ),
    (re.compile(_WHICH + r"(?P<v>became (?:more expensive|pricier))\b"), 1),
)
_RANKED: Final = {1: r"\W+(?:the )?(?:most|least|fastest|more|less)\b", -1: r"\W+(?:the )?(?:least|more|less)\b"}
_WHETHER: Final = re.compile(r"^\W*(?:did|do|does|have|has|had|is|are|was|were)\b(?! there\b)")


@dataclass
class Sized:
    """The sizes that were said. `bounds` are of what is told, the others of how it changed or of its share."""

    bounds: list[Bound] = field(default_factory=list)
    others: list[Size] = field(default_factory=list)
    only: Only | None = None
    currency: str = ""
    grain: Grain | None = None
    whether: bool = False  # it was asked whether, not which

    def compares(self) -> bool:
        """Return whether an earlier time has to be known."""
        return self.only is not None or any(each.of is not SizeOf.SHARE for each in self.others)

    def __bool__(self) -> bool:
        """Return whether any was."""
        return bool(self.bounds or self.others or self.only)


def sized(words: Words, known: Known) -> Sized:
    """Read how large it has to be, and whether it has to be new or gone."""
    found = Sized()
    for match in list(words.every(_BETWEEN)):
        if words.free(*match.span()) and _is_a_range(match, words):
            words.take(*match.span())
            _take(found, match, "a", Way.LEAST)
            _take(found, match, "b", Way.MOST)
            _each(found, match)
    for match in [*words.every(_SIZE), *words.every(_OR_MORE)]:
        if words.free(*match.span()) and _is_a_size(match, words):
            _one(found, match, words)
    if found.bounds and found.grain is None:
        _times(found, words)
    if not found.others:
        _moved(found, words)
    for only, pattern in ((Only.NEW, _NEW), (Only.GONE, _GONE)):
        said = words.seek(pattern, keep=True)
        if said is not None and _names_a_field(said, known):
            words.take(*said.span())
            found.only = found.only or only
    found.whether = (
        bool(found.bounds or found.others) and found.grain is None and _WHETHER.match(words.lower) is not None
    )
    del found.bounds[2:]
    return found


def applied(plan: CostPlan, found: Sized) -> CostPlan:
    """Return the plan with the sizes that were said; a currency that was said is the only one told of."""
    if not found:
        return plan
    query = plan.query
    whether = found.whether and plan.asked is Asked.COST and not query.by
    update: dict[str, object] = {"bounds": tuple(found.bounds), "grain": found.grain or query.grain}
    if plan.asked is Asked.COUNT and found.grain is not None:
        update["by"] = ()  # "how many days"
    elif found.grain is not None and not query.by and _ANYTHING.search(plan.question.lower()):
        update["by"] = (CostField(dimension=Dimension.SERVICE),)
    if found.currency:
        kept = CostFilter(field=_CURRENCY, values=(found.currency,))
        update["filters"] = (*query.filters, kept)
    return plan.model_copy(
        update={
            "asked": Asked.WHETHER if whether else plan.asked,
            "query": query.model_copy(update=update),
            "sizes": tuple(found.others),
            "only": found.only,
            "by_change": plan.by_change or any(each.of is not SizeOf.SHARE for each in found.others),
            "ascending": plan.ascending or any(each.turned < 0 for each in found.others),
        }
    )


def unbilled(found: Sized, known: Known) -> str:
    """Return the currency that was said where nothing was billed in it, else the empty text."""
    billed = known.values.get(_CURRENCY, ())
    return found.currency if found.currency and billed and found.currency not in billed else ""


def _one(found: Sized, match: re.Match[str], words: Words) -> None:
    words.take(*match.span())
    way, lead = _way(match), words.before(match.start())
    turned = next((turn for turn, said in ((1, _UP), (-1, _DOWN), (0, _EITHER)) if said.search(lead)), None)
    at = amount(match, "")
    if turned is not None:
        of = SizeOf.GROWTH if match["percent"] else SizeOf.CHANGE
        found.others.append(Size(of=of, way=way, at=at, turned=turned))
        found.currency = found.currency or currency(match, "")
    elif match["percent"]:
        found.others.append(Size(of=SizeOf.SHARE, way=way, at=at))
    else:
        _take(found, match, "", way)
        _each(found, match)


def _moved(found: Sized, words: Words) -> None:
    """Read how things went without a number: what doubled, which of them grew."""
    for pattern, turned, percent in _FACTORS:
        if words.seek(pattern):
            found.others.append(Size(of=SizeOf.GROWTH, way=Way.LEAST, at=Decimal(percent), turned=turned))
            return
    for pattern, turned in _MOVED:
        match = words.seek(pattern, keep=True)
        if match is not None and not re.match(_RANKED[turned], words.lower[match.end() :]):
            words.take(*match.span("v"))
            found.others.append(Size(of=SizeOf.CHANGE, way=Way.MORE, at=Decimal(0), turned=turned))
            return


def _times(found: Sized, words: Words) -> None:
    """Read that it is hours, days, weeks or months that are asked for: "days over 1000"."""
    for match in words.every(_GRAINS):
        if not _AFTER_A_NUMBER.search(words.before(match.start())):
            words.take(*match.span())
            found.grain = Grain(match["u"] or match["u2"])
            return


def _take(found: Sized, match: re.Match[str], which: str, way: Way) -> None:
    found.bounds.append(Bound(way=way, at=amount(match, which)))
    found.currency = found.currency or currency(match, which)


def _each(found: Sized, match: re.Match[str]) -> None:
    if said := match["each"]:
        found.grain = Grain(said.split()[-1].strip("/ "))


def _way(match: re.Match[str]) -> Way:
    if said := match["or"]:
        return Way.LEAST if said.strip().removeprefix("or ") in {"more", "above"} else Way.MOST
    if match.re is _OR_MORE:
        return Way.LEAST
    return next(way for place, way in enumerate(_WAYS) if match[f"w{place}"])


def _is_a_size(match: re.Match[str], words: Words) -> bool:
    """Return whether a number is money or a share, and nothing that is counted: "over 5 services", "over 2024"."""
    if any(match[part] for part in ("percent", "sign", "after", "scale", "code")):
        return True
    after, way = words.lower[match.end("n") :], match.groupdict().get("w2") or match.groupdict().get("w1") or ""
    if _YEAR.fullmatch(match["n"]) and way in {"over", "beyond", "up to"}:
        return False
    return not (_TIMES.match(after) or _COUNTED.match(after))


def _is_a_range(match: re.Match[str], words: Words) -> bool:
    """Return whether "between 100 and 500" is of money, and no hours, days or years."""
    if any(match[f"{part}{side}"] for part in ("sign", "after", "scale", "code") for side in "ab"):
        return True
    after, sides = words.lower[match.end("nb") :], [match[f"n{side}"] for side in "ab"]
    large = all(
        each[0].isdigit() and amount(match, side) >= _SHORT for each, side in zip(sides, "ab", strict=True)
    )
    plain = not (match["percenta"] or match["percentb"] or _TIMES.match(after) or _COUNTED.match(after))
    return large and plain and not any(_YEAR.fullmatch(each) for each in sides)


def _names_a_field(match: re.Match[str], known: Known) -> bool:
    noun = match.groupdict().get("noun")
    return noun is None or atoms(noun) in known.nouns
