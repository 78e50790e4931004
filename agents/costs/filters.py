"""Which charges are meant: names that stand in the bills, found among the words of a question. Pure.

A name nobody billed is never passed over: it is told as not there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from agents.costs.known import LONGEST_NAME, Known, Meaning
from agents.costs.words import Atom, Words, atoms, singular
from memory.model.cost import CostField, CostFilter, Dimension, Match

_NOT: Final = re.compile(
    r"(?:\b(?:excluding|exclude|except(?: for| from)?|without|other than|apart from|but not"
    r"|but no|minus|ignoring|ignore|leaving out|leave out"
    r"|not(?: including| counting| in| on| for| from| of| with| by)?|outside(?: of)?"
    r"|excl\.?|is not|isn't|no|net of|besides|aside from))(?: (?:any|the|our|all|of|for|in"
    r"|on|costs?|from))* ?$"
)
_JOINED: Final = re.compile(
    r"^ ?(?:,|and|or|&|/|\+|, ?and|, ?or|nor|and not)(?: (?:in|on|for|of|the|our|from|not))* ?$"
)
_GLUE: Final = re.compile(r"^[\s\-_/.:'&+]*(?:and )?$")
_REGIONS: Final = re.compile(r"[ -](?:regions?|locations?|zones?)\b")
_WITHIN: Final = re.compile(r"\w[-_/.:]$")
_ONWARD: Final = re.compile(r"[-_/.:]\w")
_QUOTED: Final = re.compile(r"\"([^\"]{1,500})\"|(?<!\w)'([^']{1,500})'(?!\w)")
_LED: Final = re.compile(
    r"(?:\b(?P<not>is not|not|isn't|other than|excluding|except|without)|\b(?P<in>contains"
    r"|containing|like)|\bis|\bare|\bwas|\bnamed|\bcalled|=|:)? ?$"
)
_LACKS: Final = re.compile(
    r"\b(?P<way>without|with no|has no|have no|had no|lacking|lacks|missing|no|not having"
    r"|with|having|that has|that have|tagged with)"
    r"(?: an?| any| the| its)? (?P<noun>[a-z][\w-]*(?: [\w-]+){0,2}?)(?: (?P<tag>tags?|labels?|set|assigned))\b"
    r"|\b(?P<way2>without|with no|lacking|lacks|missing|has no|have no)(?: an?| any"
    r"| the)? (?P<noun2>[a-z][\w-]*(?: [\w-]+){0,2})"
)
_IDS: Final = re.compile(r"(?<![\w/])(?:i-|vol-|arn:|/subscriptions/|projects/|snap-|eni-|lb-)[\w:/.-]{4,}")
_PLAIN_WORDS: Final = """
    everything anything something nothing stuff thing tagged rest remaining
    a an the and or of for on in at to by with from as is are was were be been do does did done have has
    had we us our ours i me my you your it its this that these those there here what which who whom
    whose when where why how much many any all each every some cost costs spend spent spending bill
    billing billed charge charged price pay paid money amount total sum expense usage use used using
    service services account region provider cloud team tag tags resource category app application
    environment data per last previous next this current month week day year quarter hour today
    yesterday now show tell give list get find see display compare breakdown break down split group
    grouped sorted order ordered rank ranking top most least more less than against versus vs between
    over under within only just also too please thanks thank hi hello hey can could would should will
    may might must shall up so far about around roughly exactly not no yes without excluding including
    across through out off other others one two three four five six seven eight nine ten s t re ve ll d
    m name named called type kind unit rate number count value share percent percentage average mean
    report overview summary chart table graph plot trend question answer know want need like look look
    make made go goes going went gone come came comes run running ran actual actually really right
    currently ago since until before after during time period date big biggest large largest high
    highest low lowest expensive cheap cheapest cheaper pricier
    burn burning burnt burned owe owed new old general standard default main single multi own
    shared public private global common basic management
"""
GENERIC: Final = frozenset(map(singular, _PLAIN_WORDS.split()))
STATIC: Final = {
    ("tax",): (Dimension.CHARGE, "Tax"),
    ("taxe",): (Dimension.CHARGE, "Tax"),
    ("vat",): (Dimension.CHARGE, "Tax"),
    ("credit",): (Dimension.CHARGE, "Credit"),
    ("refund",): (Dimension.CHARGE, "Credit"),
    ("voucher",): (Dimension.CHARGE, "Credit"),
    ("purchase",): (Dimension.CHARGE, "Purchase"),
    ("adjustment",): (Dimension.CHARGE, "Adjustment"),
    ("usage", "charge"): (Dimension.CHARGE, "Usage"),
    ("correction",): (Dimension.CHARGE_CLASS, "Correction"),
    ("on", "demand"): (Dimension.PRICING, "Standard"),
    ("ondemand",): (Dimension.PRICING, "Standard"),
    ("spot",): (Dimension.PRICING, "Dynamic"),
    ("preemptible",): (Dimension.PRICING, "Dynamic"),
    ("committed",): (Dimension.PRICING, "Committed"),
    ("one", "time"): (Dimension.FREQUENCY, "One-Time"),
    ("onetime",): (Dimension.FREQUENCY, "One-Time"),
    ("recurring",): (Dimension.FREQUENCY, "Recurring"),
}


@dataclass
class Chosen:
    """The filters that were said, where each stands, names that nobody billed, and how names were read."""

    filters: list[tuple[CostFilter, int]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    subject: str = ""
    other: list[tuple[CostFilter, Meaning]] = field(default_factory=list)  # what else a name may mean

    def add(self, of: CostField, values: Sequence[str], at: int, match: Match = Match.IS) -> None:
        """Add a filter; another value of the same field is meant beside the first."""
        for number, (each, place) in enumerate(self.filters):
            if each.field == of and each.match is match and match in {Match.IS, Match.IS_NOT}:
                merged = each.model_copy(update={"values": tuple(dict.fromkeys((*each.values, *values)))})
                self.filters[number] = (merged, place)
                return
        self.filters.append((CostFilter(field=of, match=match, values=tuple(values)), at))


def filters(words: Words, known: Known) -> Chosen:
    """Read every name there is in the question."""
    chosen = Chosen()
    _quoted(words, known, chosen)
    _identified(words, chosen)
    _lacking(words, known, chosen)
    _named(words, known, chosen)
    return chosen


def _quoted(words: Words, known: Known, chosen: Chosen) -> None:
    for match in list(_QUOTED.finditer(words.text)):
        if not words.free(*match.span()):
            continue
        said = match[1] if match[1] is not None else match[2]
        lead = _LED.search(words.before(match.start()))
        begun = lead.start() if lead else match.start()
        hint, start = _noun_before(words, known, begun)
        negated = bool(lead and lead["not"]) or _NOT.search(words.before(match.start())) is not None
        way = Match.CONTAINS if lead and lead["in"] else Match.IS_NOT if negated else Match.IS
        words.take(start if hint else match.start(), match.end())
        if lead and lead.group().strip():
            words.take(begun, match.start())
        values, of = _of_quoted(said, hint, known)
        if of is None:
            chosen.unknown.append(said)
            continue
        chosen.add(of, values, match.start(), way)


def _of_quoted(said: str, hint: CostField | None, known: Known) -> tuple[tuple[str, ...], CostField | None]:
    if hint is not None:
        return (said,), hint
    for of, values in known.values.items():
        if same := [value for value in values if value.lower() == said.lower()]:
            return tuple(same), of
    found = known.meanings(atoms(said))
    return (found[0].values, found[0].field) if found else ((), None)


def _identified(words: Words, chosen: Chosen) -> None:
    """Take what can only be the id of a resource, whether it is among those that cost most or not."""
    for match in list(_IDS.finditer(words.text)):
        if words.free(*match.span()):
            words.take(*match.span())
            said = match.group().rstrip(".")
            chosen.add(CostField(dimension=Dimension.RESOURCE), (said,), match.start(), Match.CONTAINS)


def _lacking(words: Words, known: Known, chosen: Chosen) -> None:
    for match in list(words.every(_LACKS)):
        noun, way = match["noun"] or match["noun2"], match["way"] or match["way2"]
        parts = atoms(noun)
        size = next((size for size in range(len(parts), 0, -1) if parts[:size] in known.nouns), 0)
        if not size or (size < len(parts) and match["noun"]):
            continue
        of = known.nouns[parts[:size]]
        if not match["tag"] and not of.tag:
            continue
        end = match.end() if match["noun"] else match.start("noun2") + _length(noun, size)
        words.take(match.start(), end)
        there = way in {"with", "having", "that has", "that have", "tagged with"}
        chosen.add(of, (), match.start(), Match.THERE if there else Match.MISSING)


def _length(noun: str, count: int) -> int:
    found = list(re.finditer(r"[^\W_]+", noun))
    return found[count - 1].end()


def _named(words: Words, known: Known, chosen: Chosen) -> None:
    negated_until = -1
    position = 0
    atoms_ = words.atoms
    while position < len(atoms_):
        size, meanings = _longest(words, known, position)
        if not size:
            position += 1
            continue
        first, last = atoms_[position], atoms_[position + size - 1]
        meaning = _meant(words, known, meanings, first.start, last.end)
        lead = words.before(first.start)
        negated = _NOT.search(lead)
        carried = negated_until >= 0 and _JOINED.match(words.lower[negated_until : first.start])
        if negated:
            words.take(*negated.span())
        words.take(first.start, last.end)
        match = Match.IS_NOT if negated or carried else Match.IS
        chosen.add(meaning.field, meaning.values, first.start, match)
        if len(meanings) > 1 and meanings[0].exact:
            made = next(each for each, _ in chosen.filters if each.field == meaning.field)
            chosen.other += [(made, each) for each in meanings if each is not meaning and each.exact]
        negated_until = last.end if match is Match.IS_NOT else -1
        position += size


def _longest(words: Words, known: Known, position: int) -> tuple[int, tuple[Meaning, ...]]:
    """Return how many words from a place on are a name, and what it may mean; whole names come before parts."""
    spans = [
        size
        for size in range(min(LONGEST_NAME, len(words.atoms) - position), 0, -1)
        if _together(words, position, size)
    ]
    uncut = [size for size in spans if not _cuts(words, position, size)]
    for partly, sizes in ((False, uncut), (True, uncut), (False, spans), (True, spans)):
        for size in sizes:
            said = tuple(atom.word for atom in words.atoms[position : position + size])
            if said in known.nouns or (size == 1 and said[0] in GENERIC and not _is_a_land(words, position)):
                continue
            if partly and all(word in GENERIC for word in said):
                continue
            if found := known.meanings(said, partly=partly):
                return size, found
            if said in STATIC:
                dimension, value = STATIC[said]
                return size, (Meaning(CostField(dimension=dimension), (value,), exact=True),)
    return 0, ()


def _is_a_land(words: Words, position: int) -> bool:
    """Return whether "us" is the country: "in us regions", "in the US"."""
    atom = words.atoms[position]
    beside = _REGIONS.match(words.lower, atom.end) or words.text[atom.start : atom.end] == "US"
    return atom.word == "us" and bool(beside or words.before(atom.start).endswith(("in the ", "from the ")))


def _cuts(words: Words, position: int, size: int) -> bool:
    """Return whether a span takes a part of what was written as one: the "eu" of "eu-west"."""
    first, last = words.atoms[position], words.atoms[position + size - 1]
    return bool(_WITHIN.search(words.lower[: first.start]) or _ONWARD.match(words.lower, last.end))


def _together(words: Words, position: int, size: int) -> bool:
    chosen = words.atoms[position : position + size]
    if not all(words.free(each.start, each.end) for each in chosen):
        return False
    gaps = (words.lower[left.end : right.start] for left, right in pairwise(chosen))
    return all(_GLUE.match(gap) for gap in gaps)


def _meant(words: Words, known: Known, meanings: Sequence[Meaning], start: int, end: int) -> Meaning:
    """Return the meaning that a noun beside the name asks for ("account staging"), or the first."""
    before, begun = _noun_before(words, known, start)
    after, ended = _noun_after(words, known, end)
    for hint, span in ((after, (end, ended)), (before, (begun, start))):
        fitting = next((each for each in meanings if each.field == hint), None) if hint else None
        if fitting is not None:
            words.take(*span)
            return fitting
    if after is not None and words.free(end, ended) and not words.lower[end:ended].endswith("s"):
        words.take(end, ended)  # "the checkout service", where checkout is an application
    return meanings[0]


def _noun_before(words: Words, known: Known, start: int) -> tuple[CostField | None, int]:
    """Return the field that is named right before a place, and where its name begins."""
    there = [each for each in words.atoms if each.end <= start]
    for size in range(min(4, len(there)), 0, -1):
        last = there[-size:]
        gap = words.lower[last[-1].end : start]
        found = known.nouns.get(tuple(each.word for each in last))
        if found and re.fullmatch(r"\s*(?:=|:|is|named|called)?\s*[\"']?", gap) and _free(words, last):
            return found, last[0].start
    return None, start


def _noun_after(words: Words, known: Known, end: int) -> tuple[CostField | None, int]:
    there = [each for each in words.atoms if each.start >= end]
    for size in range(min(4, len(there)), 0, -1):
        first = there[:size]
        found = known.nouns.get(tuple(each.word for each in first))
        if found and re.fullmatch(r"[\s'-]*", words.lower[end : first[0].start]) and _free(words, first):
            return found, first[-1].end
    return None, end


def _free(words: Words, chosen: Sequence[Atom]) -> bool:
    return all(words.free(each.start, each.end) for each in chosen)
