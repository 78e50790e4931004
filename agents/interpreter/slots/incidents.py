"""What people say of incidents: which one, how bad, who does what, and what is wrong in their own words. Pure.

What follows a head such as "declare a sev2" or "note:" is one value, however it reads: nothing in it is a wish.
"""

import re
from collections.abc import Iterator

from agents.interpreter.slots import numbers
from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_SPOKEN_GRADE = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_GRADE = r"(?:sev(?:erity)?|prio(?:rity)?|p(?=[1-5]\b))[\s:#-]{0,2}(?:[1-5]|one|two|three|four|five)\b"
_NUMBERED = rf"(?:(?:incidents?|inc)[\s#-]{{0,2}}(?:(?:number|no\.?|nr\.?)\s*)?(?:#?\d{{1,6}}|{numbers.SPOKEN})\b|#\d{{1,6}} incident\b)"
_ONE = rf"(?:{_NUMBERED}|(?:the|this|that|our) incident|it|this)"
_OTHERWISE = (  # what makes an incident a part of another word
    r"commander|leads?|managers?|management|timeline|channel|rooms?|reviews?|reports?|process(?:es)?|polic(?:y|ies)|procedures?|response"
    r"|training|playbooks?|runbooks?|templates?|tickets?|bridge|history|list|stat(?:istic)?s|drill|criteria|definition|incidents"
)
_NOUN = rf"(?:incident\b(?![\s#-]{{0,2}}#?\d|\s+(?:{_OTHERWISE})\b)|outage\b|{_GRADE}(?!\s+(?:{_OTHERWISE})\b))"
_KIND = r"(?:(?:a|an|another|new|major|minor|critical|serious|live|full|possible|security|customer[- ]facing)\s+)*"
_DECLARES = (
    r"(?:declar(?:e|ing)|opening|raising|reporting|calling|starting|filing|open(?: up)?|raise|start|create|file|log|report|call|kick off|announce|begin|trigger|spin up|set up"
    r"|register|initiate|make (?:this|it|that)|i declare|i want|i need|need|want|treat (?:this|it) as|consider (?:this|it))"
)
_TELLS = r"(?:we have|we've got|we got|we're in|we are in|this is|there is|there's|i have|have|got|in)"
_SET_OFF = r"(?:\s*[:;]\s*|\s*,\s+|\s+-+\s+|\s+(?:for|about|because(?: of)?|with|as|where)\s+)"
_SEPARATED = (
    r"(?:\s*(?:[:,;]|\s-+\s)\s*|\s+(?:for|about|on|because(?: of)?|since|as|that|titled|called|named|where|regarding|with|-+)\s+"
    r"|\s+)"
)
_BODY = r"(?P<body>\S.*?)\s*$"
_ASIDE = (
    r"(?:(?:please|pls|plz|kindly|hey|hi|hello|ok(?:ay)?|so|um|uh|yes|yeah|and|also|now|then|well|just|quickly|sorry|folks|team"
    r"|(?:can|could|would|will) (?:you|we|i)|(?:i|we)(?:'d| would) like to|(?:i|we)? ?(?:want|need|have) to|let'?s|go ahead and|time to"
    r"|i|we|i'm|im|we're|i am|we are|hereby|sorry to bother)\b[\s,:]*)*"
)
_OPENS = rf"^(?:.{{0,120}}?[,.;:!?-]\s+)?{_ASIDE}"
_NAMES_IT = rf"(?P<noun>{_NOUN}(?:\s+(?:incident|outage)\b)?(?:[\s,]+(?:as |of )?{_GRADE})?)"
_DECLARING = re.compile(rf"{_OPENS}(?:{_DECLARES}\s+(?:to \w+ )?{_KIND}|new\s+){_NAMES_IT}{_SEPARATED}{_BODY}")
_HEADED = re.compile(rf"{_OPENS}(?:{_TELLS}\s+)?{_KIND}{_NAMES_IT}{_SET_OFF}{_BODY}")
_GRADED = re.compile(
    rf"^{_ASIDE}{_GRADE}(?:\s+(?:incident|outage))?\s+"
    rf"(?!(?:{_OTHERWISE}|is|are|was|were|has|have|does|do|if|to|for|or|and|in|on|please|means?|needs?|should|would|must|could|can)\b){_BODY}"
)
_NAMED_OUTAGE = re.compile(
    rf"{_OPENS}(?:{_DECLARES}|{_TELLS})\s+{_KIND}(?P<body>(?!incident|sev|an? |another |new |the |this )\S+(?: \S+){{0,5}}"
    rf"(?<! the| our)(?<! this| that) (?:outage|incident))"
    rf"(?:[\s,]+(?:as )?(?:a )?{_GRADE})?\s*$"
)
_TIMELINE = r"(?:the |this |our |its )?(?:incident )?(?:timeline|record|log|notes?|incident|inc(?=[\s#-]{0,2}\d))(?:[\s#-]{0,2}#?\d{1,6})?"
_NOTING = re.compile(
    rf"^(?:(?:please|pls|ok|and|also|can you|could you|bot)[, ]+)*(?:(?:not(?:e|es|ed|ing)|log(?:ging)?|record(?:ing)?|document)(?: this| it)?"
    rf"|(?:add|make|take|write|put|leave|enter|log|record|jot|keep|save|append|drop|stick"
    rf"|scribble|mention|mark)\b.{{0,30}}?(?:\bnote|\bentry|\bdown|{_TIMELINE}|\bline|\bcomment)"
    rf"|for the (?:record|timeline|log)|(?:timeline|incident)(?: note| entry))"
    rf"(?:\s+(?:for|in|to|on|into|of)\s+{_TIMELINE})?(?P<mark>\s*:\s*|\s*,?\s+(?:that|saying)\s+|\s+-+\s+){_BODY}"
)
_PLAIN_NOTE = re.compile(
    rf"^(?:please )?(?:note|jot down|write down|for the record,?)\s+(?!for\b|in\b|to\b|on\b|that\b|of\b|from\b){_BODY}"
)
_TIMELINE_NOTE = re.compile(
    rf"^(?:(?:{_NUMBERED}|the incident|this incident)[\s,:-]+)?(?:(?:timeline|note|log)\s*:\s*|note that\s+){_BODY}"
)
_TITLED = re.compile(
    rf"{_OPENS}(?:(?:rename|retitle)\s+{_ONE}(?:\s+to\b|\s+as\b|\s*:)?"
    rf"|call\s+{_ONE}(?!\s+(?:off|resolved|mitigated|over|back|a |an |{_GRADE}))"
    rf"|(?:change|set|update|make)\s+(?:(?:the|its|{_ONE}'?s)\s+)?(?:title|name)(?:\s+(?:(?:of|for)\s+)?{_ONE})?(?:\s+to\b|\s*:)?"
    rf"|(?:(?:a |the )?(?:new|better|right|correct)\s+)?(?:title|name)(?:\s+(?:for|of)\s+{_ONE})?\s*:|give\s+{_ONE}\s+the\s+(?:title|name)"
    rf"|{_ONE}\s+(?:should|shall) be (?:called|named|titled)"
    rf"|(?:the|its|an?)? ?(?:new |better |right )?(?:title|name)(?:\s+(?:for|of)\s+{_ONE})?\s+(?:should|shall|must|ought to) (?:be(?: called)?|read|say))"
    rf"\s*(?!of\b){_BODY}"
)
_BECAUSE = re.compile(
    rf"^(?=.{{0,80}}?(?:\bincident\b|\binc\b|\bit\b|\bthis\b))[^:,;]{{0,80}}?\b(?:resolved?|close(?:d)?(?: out)?|end(?:ed)?|mitigated?"
    rf"|re-?open(?:ed)?|over|finish(?:ed)?|again|fixed|done)\b[^:,;]{{0,30}}?"
    rf"(?:\s*[:;]\s*|,\s+|\s+-+\s+|\s+(?:because(?: of)?|since|as)\s+(?!an? |the duplicate))"
    rf"(?!(?:please |pls )?(?:re-?open|close|resolve|withdraw|merge|mark|set|put|make|declare|ack)\b){_BODY}"
)
_ENTRY = r"tl_[0-9a-z]{6,32}"
_CORRECTING = re.compile(
    rf"^.{{0,40}}?\b{_ENTRY}\b(?:.{{0,80}}?(?:\s*:\s+|\s+to (?:say|read) |\s+to\s+|\s+should (?:say|read|be)\s+)"
    rf"|.{{0,20}}?\b(?:wrong|incorrect|false|not right)\b.{{0,20}}?,\s+){_BODY}"
)
_REPLACED = re.compile(rf"^{_ASIDE}(?:replace|swap)\b.{{0,30}}?\b{_ENTRY}\b.{{0,20}}?\s+(?:with|by)\s+{_BODY}")
_MISTAKEN = re.compile(
    rf"^{_ASIDE}(?:.{{0,20}}?\bmistake\b.{{0,10}}?|(?:correct|fix|amend|edit)\b.{{0,20}}?)\b{_ENTRY}\b\s*,\s+{_BODY}"
)
_BODIES = (
    _CORRECTING,
    _MISTAKEN,
    _REPLACED,
    _TITLED,
    _NOTING,
    _TIMELINE_NOTE,
    _PLAIN_NOTE,
    _DECLARING,
    _HEADED,
    _GRADED,
    _NAMED_OUTAGE,
    _BECAUSE,
)
_UNMARKED = (_DECLARING, _GRADED, _BECAUSE)
_MARK = re.compile(r"[:\"'-]\s*$")
_CONDITION = re.compile(  # what is a condition is nobody's title: it stays in sight, and forbids
    r"(?<=\s)(?:(?:if|unless|in case|as soon as|whenever|tomorrow|tonight)\b|(?<=incident )(?:when|once|after|before|until|later)\b"
    r"|(?<=sev\d )(?:when|once|after|before|until|later)\b|(?<=, )(?:when|once|after|before|until)\b).*$"
)
_NO_BODY = re.compile(
    r"(?:descriptions?|details?|summary|title|names?|status|statistics|stats|numbers?|reports?|management|response|process"
    r"|that|this|it|now|please|pls|again|already|too|asap|thanks|right now|immediately|today|yet|any ?more|here|for (?:this|it)|then"
    rf"|to (?:{_GRADE}|open|resolved|mitigated|me)|and .*|or .*|{_GRADE}(?: now| please)?|resolved|mitigated|over|is over|off|back"
    rf"|(?:{_NUMBERED}|(?:the|this|that|our) incident)(?: now| please| pls)?)[.!]?"
)
_TAIL = re.compile(rf"[\s,;(-]+(?:as |at |with |make it |it'?s |this is )?(?:an? )?{_GRADE}\)?[.!]?$")
_QUOTES = "\"'`“”"
_REFERENCE = re.compile(rf"(?<![\w-])(?:{_NUMBERED}|#\d{{1,6}}\b)")
_BARE = re.compile(r"(?<=\s)#?\d{1,6}\b(?![\w:%]|\.\d)")
_MERGES = re.compile(
    r"\b(?:merg(?:e|ed|ing)|fold(?:ing)?|join|combine|consolidate|duplicates?|dupes?|same as|part of|belongs|roll|unite|attach|move)\b"
)
_PAIRS = re.compile(r"\b(?:bundle|group|lump|absorb|link|same|into|under|together)\b")
_TOWARDS = re.compile(r"(?:\binto|\bonto|\bunder|\bwith|\band|\bto|\bof|\bas|\bduplicates|&|\+|->)\s+(?:the\s+)?$")
_DUTIES = {
    "commander": r"(?:incident )?commander|\bic\b|incident (?:lead|manager)|(?:(?<=take )|(?<=takes )|(?<=taking )|(?<=have )"
    r"|(?<=has )|(?<=in )|(?<=over )|(?<=up )|(?<=assume )|(?<=hand )|(?<=hands )|(?<=handing )|(?<=back ))command",
    "communications": r"comms(?: lead)?|communications?(?: lead(?:er)?)?|comm lead",
    "scribe": r"scribe|note[- ]?taker|minute[- ]?taker",
}
_DUTY = {duty: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])") for duty, words in _DUTIES.items()}
_MYSELF = re.compile(r"(?<![\w'])(?:i(?:'m|'ll|'ve| am)?|im|me|myself|taking|mine)(?![\w'])")
_LEVEL = re.compile(r"\bseverity\b[^,;:]{0,40}?\b(?:to|as|at)\s+(?:an? )?([1-5])\b(?![.:]\d)")
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
        if pattern in _UNMARKED and not _MARK.search(line.lower[:start]):
            condition = _CONDITION.search(line.lower, start, end)
            end = condition.start() if condition else end
        said = line.text[start:end].strip()
        if said and not _NO_BODY.fullmatch(said.lower()):
            yield line.mention(Slot.MATTER, said.strip(_QUOTES).strip() or said, (start, end))
            return


def read(line: Line) -> Iterator[Mention]:
    """Yield incidents by number, how bad they are, duties, and entries of a timeline."""
    found = list(_REFERENCE.finditer(line.lower))
    paired = len(found) > 1 and _PAIRS.search(line.lower) is not None
    merges = paired or (_MERGES.search(line.lower) is not None and (found or "incident" in line.lower))
    for match in found:
        if match[0].startswith("#") and "inc" not in line.lower:
            continue
        goes = merges and _TOWARDS.search(line.lower[: match.start()])
        yield _reference(line, match, Slot.TARGET if goes else Slot.INCIDENT)
    if merges:
        for match in _BARE.finditer(line.lower):
            if _TOWARDS.search(line.lower[: match.start()]):
                yield _reference(line, match, Slot.TARGET)
    yield from _grades(line)
    for duty, pattern in _DUTY.items():
        for match in pattern.finditer(line.lower):
            yield line.mention(Slot.DUTY, duty, match.span())
    for match in _ENTRY_ID.finditer(line.lower):
        yield line.mention(Slot.IDENTIFIER, line.text[slice(*match.span())], match.span())


def _grades(line: Line) -> Iterator[Mention]:
    for match in _LEVEL.finditer(line.lower):
        yield line.mention(Slot.GRADE, int(match[1]), match.span(1))
    for match in _GRADES.finditer(line.lower):
        said = match[0][-1] if match[0][-1].isdecimal() else next(w for w in _SPOKEN_GRADE if match[0].endswith(w))
        yield line.mention(Slot.GRADE, _SPOKEN_GRADE.get(said) or int(said), match.span())


def myself(line: Line) -> Iterator[Mention]:
    """Yield the person who speaks, where the line is about a duty and names nobody else."""
    for match in _MYSELF.finditer(line.lower):
        yield line.mention(Slot.PERSON, "me", match.span())
        return


def _reference(line: Line, match: re.Match[str], slot: Slot) -> Mention:
    digits = re.search(r"\d+", match[0])
    spoken = re.search(rf"{numbers.SPOKEN}$", match[0])
    number = digits[0].lstrip("0") if digits else str(numbers.value(spoken[0])) if spoken else ""
    return line.mention(slot, number.removeprefix("0") or None, match.span())


_FIRST_PERSON = re.compile(r"^(?:ok,? |so |and |yes,? )*(?:i|i'm|i've|i'll|im|we|we're|we've)\b")
_STATES = re.compile(
    rf"^(?:.{{0,40}}?[,.!]\s*)?(?:ok,? |so |and |turns out )*(?:{_ONE}|we)(?:\s+(?:status)?\s*:)?"
    rf"\s+(?:(?:is|isn't|are|was|wasn't|have|has|'s|should (?:never|not|be)|(?:can|may|has to|needs to) be|needs (?:a )?\w+ing"
    rf"|turned out|came back|mitigated|resolved|closed|over|done|ack(?:ed|nowledged)?)\b|(?:->|=>)\s*\w)"
)
_MAY_END = re.compile(r"\b(?:we|you) can (?!not\b)\w+(?: up| out)? (?:the|this|that) incident\b")
_DOING = re.compile(rf"{_ASIDE}(?!going\b|being\b|nothing\b|anything\b|something\b|everything\b)\w{{3,}}ing\b")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|can|could|would|should|will|takes|took|makes|made)\b"
)
_HEDGED = re.compile(
    r"\b(?:almost|nearly|about to|going to|partly|hopefully|soon|wants? to|trying to|tries to|tried to|used to|doubt|hope|wish|(?<!\bi )(?<!\bwe )would like to)\b"
)
_WONDERS = re.compile(
    r"^\W*(?:so |and |but |ok |hey )*(?:could|would|should|can|may|might|is|are|was|were|did|does|do|why|who|what|when|how|which|where)"
    r"\b(?! (?:you|u)\b)"
)
_GERUND = re.compile(r"^\w{3,}ing\b[^,.;!]*\b(?:is|was|are|takes|took|makes|made|has|will|would|can)\b")
_TOLD = re.compile(
    r"\b(?:was|were|got|had been) (?:\w+ )?(?:resolved|closed|mitigated|merged|acknowledged|reopened|downgraded|upgraded|renamed)\b"
    r"|\bby (?!mistake\b|error\b|accident\b|hand\b)[a-z]+\b.*\bat \d|\b(?:yesterday|last (?:night|week|month)|ago)\b"
)
_SERVES = re.compile(
    r"\b(?:i|i'm|i'll|im|me|am|is|isn't|goes|passes|steps|stops|gives|drops|leaves|hands|are|will|do|be|take|takes|taking|has|have|does|gets|over)\b|:"
)


def performs(line: Line, mentions: tuple[Mention, ...]) -> bool:
    """Return whether saying it is doing it: "I am commander", "incident 12 is resolved", "we have a sev1: …"."""
    own = line.lower
    for mention in mentions:
        if mention.slot is Slot.MATTER:
            own = own[: mention.start] + "#" * (mention.end - mention.start) + own[mention.end :]
    hedged = _TOLD.search(own) or _HEDGED.search(own) or _GERUND.match(own)
    if own.rstrip().endswith("?") or hedged or _WONDERS.match(own):
        return False
    named = {mention.slot for mention in mentions}
    if Slot.MATTER in named or (Slot.DUTY in named and _SERVES.search(own)):
        return True
    if named & {Slot.INCIDENT, Slot.DUTY} and _DOING.match(own) and not _FINITE.search(own):
        return True
    about = named & {Slot.INCIDENT, Slot.GRADE} or "incident" in own
    if (Slot.INCIDENT in named and _FIRST_PERSON.search(own)) or _MAY_END.search(own):
        return True
    return bool(about) and _STATES.search(own) is not None
