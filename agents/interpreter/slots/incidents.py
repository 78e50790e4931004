"""What people say of incidents: which one, how bad, who does what, and what is wrong in their own words. Pure.

What follows a head such as "declare a sev2" or "note:" is one value, however it reads: nothing in it is a wish.
"""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_SPOKEN_GRADE = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_GRADE = r"(?:sev(?:erity)?|prio(?:rity)?|p(?=[1-5]\b))[\s:#-]{0,2}(?:[1-5]|one|two|three|four|five)\b"
_NUMBERED = r"(?:incidents?|inc)[\s#-]{0,2}(?:(?:number|no\.?|nr\.?)\s*)?#?\d{1,6}\b"
_ONE = rf"(?:{_NUMBERED}|(?:the|this|that|our) incident|it|this)"
_NOUN = rf"(?:incident\b(?![\s#-]{{0,2}}#?\d|\s+(?:commander|lead|manager|timeline|channel|room|review|report))|outage\b|{_GRADE})"
_KIND = r"(?:(?:a|an|another|new|major|minor|critical|serious|live|full|possible|security|customer[- ]facing)\s+)*"
_DECLARES = (
    r"(?:declare|open(?: up)?|raise|start|create|file|log|report|call|kick off|announce|begin|trigger|spin up|set up"
    r"|register|initiate|make (?:this|it|that)|we have|we've got|we got|we're in|this is|there is|there's|i have|i declare"
    r"|i want|i need|need|want|treat (?:this|it) as|consider (?:this|it))"
)
_SEPARATED = (
    r"(?:\s*(?:[:,;]|\s-+\s)\s*|\s+(?:for|about|on|because(?: of)?|since|as|that|titled|called|named|where|regarding|with|-+)\s+"
    r"|\s+)"
)
_BODY = r"(?P<body>\S.*?)\s*$"
_DECLARING = re.compile(
    rf"^(?:.{{0,40}}?\b)?(?:{_DECLARES}\s+(?:to \w+ )?{_KIND}|new\s+|{_KIND})(?P<noun>{_NOUN}(?:\s+(?:incident|outage)\b)?"
    rf"(?:[\s,]+(?:as |of )?{_GRADE})?){_SEPARATED}{_BODY}"
)
_NAMED_OUTAGE = re.compile(
    rf"^(?:.{{0,20}}?\b)?{_DECLARES}\s+{_KIND}(?P<body>(?!incident|sev|an? |another |new |the |this )\S+(?: \S+){{0,5}} (?:outage|incident))"
    rf"(?:[\s,]+(?:as )?(?:a )?{_GRADE})?\s*$"
)
_TIMELINE = (
    r"(?:the |this |our |its )?(?:incident )?(?:timeline|record|log|notes?|incident)(?:[\s#-]{0,2}#?\d{1,6})?"
)
_NOTING = re.compile(
    rf"^(?:(?:please|pls|ok|and|also|can you|could you|bot)[, ]+)*(?:note(?:s|d)?|log|record"
    rf"|(?:add|make|take|write|put|leave|enter|log|record|jot|keep|save|append|drop|stick)\b.{{0,30}}?(?:\bnote|\bentry|\bdown|{_TIMELINE}|\bline)"
    rf"|for the (?:record|timeline|log)|(?:timeline|incident)(?: note| entry))"
    rf"(?:\s+(?:for|in|to|on|into|of)\s+{_TIMELINE})?(?P<mark>\s*:\s*|\s*,?\s+that\s+|\s+-+\s+){_BODY}"
)
_PLAIN_NOTE = re.compile(
    rf"^(?:please )?(?:note|jot down|write down|for the record,?)\s+(?!for\b|in\b|to\b|on\b|that\b|of\b|from\b){_BODY}"
)
_TIMELINE_NOTE = re.compile(rf"^(?:timeline|note)\s*:\s*{_BODY}")
_TITLED = re.compile(
    rf"^(?:please )?(?:(?:rename|retitle)\s+{_ONE}(?:\s+to\b|\s+as\b|\s*:)?"
    rf"|call\s+{_ONE}(?!\s+(?:off|resolved|mitigated|over|back|a |an |{_GRADE}))"
    rf"|(?:change|set|update|make)\s+(?:the|its)\s+(?:title|name)(?:\s+of\s+{_ONE})?(?:\s+to\b|\s*:)?"
    rf"|(?:new\s+)?title(?:\s+(?:for|of)\s+{_ONE})?\s*:|give\s+{_ONE}\s+the\s+(?:title|name)"
    rf"|(?:{_ONE})\s+(?:should|shall) be (?:called|named|titled))\s*{_BODY}"
)
_BECAUSE = re.compile(
    rf"^(?=.{{0,80}}?(?:\bincident\b|\binc\b|\bit\b|\bthis\b))[^:,;]{{0,80}}?\b(?:resolved?|close(?:d)?(?: out)?|end(?:ed)?|mitigated?"
    rf"|re-?open(?:ed)?|over|finish(?:ed)?|again|fixed|done)\b[^:,;]{{0,30}}?(?:\s*[:;]\s*|,\s+|\s+-+\s+|\s+because(?: of)?\s+){_BODY}"
)
_ENTRY = r"tl_[0-9a-z]{6,32}"
_CORRECTING = re.compile(
    rf"^.{{0,40}}?\b{_ENTRY}\b.{{0,40}}?(?:\s*:\s*|\s+to\s+|\s+should (?:say|read|be)\s+){_BODY}"
)
_BODIES = (
    _CORRECTING,
    _TITLED,
    _NOTING,
    _TIMELINE_NOTE,
    _PLAIN_NOTE,
    _DECLARING,
    _NAMED_OUTAGE,
    _BECAUSE,
)
_NO_BODY = re.compile(
    r"(?:now|please|pls|again|already|too|asap|thanks|right now|immediately|today|yet|any ?more|here|for (?:this|it)|then"
    rf"|to (?:{_GRADE}|open|resolved|mitigated|me)|and .*|or .*|{_GRADE}(?: now| please)?|resolved|mitigated|over|is over|off|back)[.!]?"
)
_TAIL = re.compile(rf"[\s,;(-]+(?:as |at |with |make it |it'?s |this is )?(?:an? )?{_GRADE}\)?[.!]?$")
_QUOTES = "\"'`“”"
_REFERENCE = re.compile(rf"(?<![\w-])(?:{_NUMBERED}|#\d{{1,6}}\b)")
_BARE = re.compile(r"(?<=\s)#?\d{1,6}\b(?![\w:%]|\.\d)")
_MERGES = re.compile(
    r"\b(?:merge|fold|join|combine|duplicate|dupe|same as|part of|belongs to|roll|unite|attach|move)\b"
)
_TOWARDS = re.compile(r"(?:\binto|\bwith|\band|\bto|\bof|\bas|&|\+)\s+(?:the\s+)?$")
_DUTIES = {
    "commander": r"(?:incident )?commander|\bic\b|incident (?:lead|manager)|(?:(?<=take )|(?<=takes )|(?<=taking )|(?<=have )"
    r"|(?<=has )|(?<=in )|(?<=over )|(?<=assume )|(?<=hand ))command",
    "communications": r"comms(?: lead)?|communications?(?: lead(?:er)?)?|comm lead",
    "scribe": r"scribe|note[- ]?taker|minute[- ]?taker",
}
_DUTY = {duty: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])") for duty, words in _DUTIES.items()}
_MYSELF = re.compile(r"(?<![\w'])(?:i(?:'m|'ll|'ve| am)?|im|me|myself|taking|mine)(?![\w'])")
_GRADES = re.compile(rf"(?<![\w-]){_GRADE}")
_ENTRY_ID = re.compile(rf"\b{_ENTRY}\b")


def matters(line: Line) -> Iterator[Mention]:
    """Yield what is wrong, or shall be written down, as it was typed: the first head that fits has it."""
    if line.lower.rstrip().endswith("?"):
        return
    for pattern in _BODIES:
        match = pattern.search(line.lower)
        if match is None:
            continue
        start, end = match.span("body")
        tail = _TAIL.search(line.lower, start, end)
        end = tail.start() if tail and tail.start() > start else end
        said = line.text[start:end].strip()
        if said and not _NO_BODY.fullmatch(said.lower()):
            yield line.mention(Slot.MATTER, said.strip(_QUOTES).strip() or said, (start, end))
            return


def read(line: Line) -> Iterator[Mention]:
    """Yield incidents by number, how bad they are, duties, and entries of a timeline."""
    found = list(_REFERENCE.finditer(line.lower))
    merges = _MERGES.search(line.lower) is not None and (found or "incident" in line.lower)
    for match in found:
        if match[0].startswith("#") and "inc" not in line.lower:
            continue
        goes = merges and _TOWARDS.search(line.lower[: match.start()])
        yield _reference(line, match, Slot.TARGET if goes else Slot.INCIDENT)
    if merges:
        for match in _BARE.finditer(line.lower):
            if _TOWARDS.search(line.lower[: match.start()]):
                yield _reference(line, match, Slot.TARGET)
    for match in _GRADES.finditer(line.lower):
        said = match[0][-1] if match[0][-1].isdecimal() else next(w for w in _SPOKEN_GRADE if match[0].endswith(w))
        yield line.mention(Slot.GRADE, _SPOKEN_GRADE.get(said) or int(said), match.span())
    for duty, pattern in _DUTY.items():
        for match in pattern.finditer(line.lower):
            yield line.mention(Slot.DUTY, duty, match.span())
    for match in _ENTRY_ID.finditer(line.lower):
        yield line.mention(Slot.IDENTIFIER, line.text[slice(*match.span())], match.span())


def myself(line: Line) -> Iterator[Mention]:
    """Yield the person who speaks, where the line is about a duty and names nobody else."""
    for match in _MYSELF.finditer(line.lower):
        yield line.mention(Slot.PERSON, "me", match.span())
        return


def _reference(line: Line, match: re.Match[str], slot: Slot) -> Mention:
    number = re.findall(r"\d+", match[0])[-1].lstrip("0")
    return line.mention(slot, number or None, match.span())


_FIRST_PERSON = re.compile(r"^(?:ok,? |so |and |yes,? )*(?:i|i'm|i've|i'll|im|we|we're|we've)\b")
_STATES = re.compile(
    rf"^(?:.{{0,40}}?[,.!]\s*)?(?:ok,? |so |and )?(?:{_ONE}|we)\s+(?:is|are|was|have|has|'s|mitigated|resolved)\b"
)
_SERVES = re.compile(r"\b(?:i|i'm|i'll|im|me|am|is|are|will|do|be|take|takes|taking|has|have|does|gets|over)\b|:")


def performs(line: Line, mentions: tuple[Mention, ...]) -> bool:
    """Return whether saying it is doing it: "I am commander", "incident 12 is resolved", "we have a sev1: …"."""
    if line.lower.rstrip().endswith("?"):
        return False
    named = {mention.slot for mention in mentions}
    if Slot.MATTER in named or (Slot.DUTY in named and _SERVES.search(line.lower)):
        return True
    about = named & {Slot.INCIDENT, Slot.GRADE} or "incident" in line.lower
    if Slot.INCIDENT in named and _FIRST_PERSON.search(line.lower):
        return True
    return bool(about) and _STATES.search(line.lower) is not None
