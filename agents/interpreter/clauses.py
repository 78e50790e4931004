"""A message in clauses, and the kind of act each one is: an order, a question, or talk. Pure.

An order is recognised, never assumed: a clause must begin with a verb of doing in its bare form, or be a
fragment without any verb, and nothing in the message may make it a report, a condition, a plan for later or a
no. Whatever is left in doubt is no order.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agents.interpreter.slots import Line, Mention
from agents.interpreter.words import FUNCTION, KINDS
from tools.contract import Slot


class Mood(StrEnum):
    """What kind of act a message is."""

    ORDER = "order"  # do this
    FRAGMENT = "fragment"  # no verb at all: "checkout 1.4.2 to production"
    QUESTION = "question"
    STATEMENT = "statement"
    REPORTED = "reported"  # what somebody else said
    CONDITIONAL = "conditional"  # if, when, what if, should
    LATER = "later"  # an order for another time
    FORBIDDEN = "forbidden"  # don't


ORDERS = frozenset({Mood.ORDER, Mood.FRAGMENT})
DOUBTS = frozenset({Mood.REPORTED, Mood.CONDITIONAL, Mood.LATER, Mood.FORBIDDEN})


@dataclass(frozen=True)
class Clause:
    """A part of a line, as offsets into its text. `start` is past words such as "please could you"."""

    start: int
    end: int
    asks: bool  # ends in a question mark


_BREAK = re.compile(
    r"(?<=[.!?;])\s+|\s*[,;]\s+|\s+-+\s+|\s*\|\s*|\s+(?=(?:so|then|but|because|cause|cuz)\b)"
    r"|\s+(?=(?:please|kindly|just)\s)|\s+(?=(?:can|could|would|will) (?:you|someone|somebody)\b)|(?<=:)\s+"
)
_LEAD = re.compile(
    r"(?:\W|(?:hey|hi|hello|ok|okay|k|alright|right|so|then|well|now|and|but|just|also|please|kindly|yes|yeah|yep|sure|thanks"
    r"|sorry|quickly|bot|team|folks|all|everyone|guys|mate|oh|ah|um|uh|go ahead and|go and"
    r"|go(?! (?:ahead with|through with|for|with)\b)|let's|lets|let us|time to"
    r"|(?:can|could|would|will) (?:you|someone|somebody)(?: please| kindly| just| maybe)*(?: go ahead and)?|you (?:can|may)|feel free to"
    r"|(?:would |do )?(?:you )?mind|be so kind (?:as to|and)|i(?:'d| would) (?:like|love)(?: you)? to|i(?:'d| would) like"
    r"|can (?:i|we)(?= (?:get|have)|(?= (?:open|close|merge|rename) ).*\b(?:please|pls)\b)|(?:i|we) (?:really )?(?:need|want|have)(?: you)? to"
    r"|(?:(?:i|we) (?:really )?)?(?:need|want)(?! to\b)|(?!(?:apply|reply|supply|rely)\b)\w{3,}ly)(?![\w'-]))+",
)
_REPORTED = re.compile(
    r"\b(?:says|said|saying(?! #)|told|tells|reads|read|reading|wrote|written|writes|stated|states|mentioned|suggests|recommends"
    r"|recommended(?! savings)|according to|asked|asks|claims|heard|quote|headline|article|apparently)\b"
    r"|\b(?:docs?|runbook|playbook|wiki|e-?mail|ticket|description|annotation|policy|comment(?! (?:to|on|for) #))\b[^.]*:"
)
_CONDITIONAL = re.compile(
    r"\b(?:if|whether|unless|suppose|supposing|imagine|assuming|what happens|what would|in case|hypothetically|theoretically"
    r"|should|shall|might|may|wonder(?:ing)?|worried|afraid|thinking (?:about|of)|considering|planning to|about to have to"
    r"|(?:would|could|will) (?:it|that|a|the|they|we|i|there|be)|able to|allowed to|supposed to|want to know|in theory|dry[- ]run|maybe|perhaps|possibly|probably)\b"
)
_POLITE_IF = re.compile(
    r"\bshould (?:(?:be (?:called|named|titled)|say|read)\b|be (?=#)|(?:never|not) have been\b)"
    r"|\b(?:will|shall) be (?:the |our )?(?=#)|\b(?:if|when|whenever) you (?:can|could|don't mind|please|like|get a (?:chance|moment)|have (?:a|time)\b)"
)
_LATER = re.compile(
    r"\b(?:tomorrow|tonight|later|at (?:noon|midnight|\d{1,2}(?::\d\d)?\s?(?:am|pm|utc|o'clock)?(?![\w.%-]))|next (?:week|month|monday)"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|every (?:day|night|hour|week|morning|\w+day|time)|daily|nightly|hourly|weekly"
    r"|(?<!at )once|when(?:ever)?|after|as soon as|schedule|whenever|eventually|at some point|someday|sometime)\b"
)
_WAITS = re.compile(
    r"[\s,;:-]*(?:but |only |and )*(?:once|when(?:ever)?|as soon as|after(?! (?:that|this|which|all)\b))\b"
)
_DENIED = re.compile(
    r"\b(?:not|never|nobody|no one|cannot|(?:is|are|was|were|do|does|did|ca|wo|could|would|should|have|has)n'?t|ain'?t|no(?= (?:longer|#)))\b"
    r"|\b(?:is|are|was|has|have) no\b"
)
_CONTRASTED = re.compile(r"[,;]\s*(?:and )?not (?:an? |the )?#+\W*$")
_IN_A_WHILE = re.compile(r"\bin\s+$")
_FORBIDDEN = re.compile(
    r"\b(?:don't|dont|do not|never|not|no need|without|avoid|instead of|rather than|hold off|nobody|no one|under no circumstances"
    r"|refrain|let's not)\b"
)
_STOPPED = re.compile(
    r"\b(?:stop|quit|cease|skip|prevent|forbid) (?:\w+ ){0,2}?(?:re-?start|reboot|bounc|roll|revert|deploy|releas|ship|scal"
    r"|silenc|mut|switch|turn|toggl)\w*ing\b"
    r"|\bno (?:more )?(?:re-?starts?|reboots?|bounces?|roll-?backs?|roll backs?|reverts?|deploys?|deployments?|releases?"
    r"|rollouts?|scaling|silences?)\b"
    r"|\b(?:everything|everyone|all|every|any|each|anything)\b[^.;!?]*\b(?:but|except(?: for)?|excluding|apart from"
    r"|other than|besides|minus|save for)(?: for| the| our| on| in| of)* #"
)
_ADDRESSED = re.compile(r"\W*(?:hey |hi |ok )?@?(?:quarterdeck|qd)\W*")
_LAST_COLON = re.compile(r":[^:]*$")
_TAKEN_BACK = re.compile(
    r"\b(?:kidding|joking|jk|never ?mind|nvm|scratch that|(?:no,? )?wait|actually no|not really|succeeded|successful|successfully"
    r"|failed|complete|completed|done|ok|worked)\W*$|\s--?(?:help|dry[- ]?run)\b"
)
_STATED_NOT = re.compile(
    r"\b(?:is|are|was|were|does|did|has|have|had|can|could|will|would|why|sure|am|i'?m|know|or) not\b|\bnever ?mind\b|^\W*#{2,4} not\b"
    r"|\b(?:nobody|no one) (?:is|has)\b|\b(?:was|were|is|has|had|it) never\b|\bnever happened\b"
    r"|\bnot (?:over|fixed|done|resolved|mitigated)\b|\bshould (?:never|not) have been\b"
)
_ABOUT_PAGES = re.compile(
    r"\b(?:don't|dont|do not|not|stop|no more|no) (?:page|pages|alert|alerts|notify|wake|bother|ping|ring|call)\b"
)
_FINITE = frozenset(
    "is are was were am be been being has had have did does do would should could might may must will can i we he she they you who what when where why how which someone somebody anyone anybody"
    " isn aren wasn weren hasn haven didn doesn don won my your our their needs looks seems keeps works went gets"
    " got done deploys deployments releases restarts rollbacks rollouts changes silences flags plans mutes".split()
)


_ABOUT_DOING = frozenset("is was takes took makes made means feels sounds will would can could".split())
_NOUN_FIRST = frozenset({"the", "last", "next", "latest", "previous", "first", "this", "that", "every", "each"})
_WISH = re.compile(
    r"(?:\b(?:i|we)(?:'d| would)? (?:really )?(?:want|need|like|love)|(?:^|[.,;!] )(?:want|need))\s+$"
)
_CLOSED = frozenset({Slot.QUERY, Slot.TEXT, Slot.WINDOW, Slot.DURATION, Slot.VERSION, Slot.MATTER})
LITERAL = frozenset({Slot.SIGNAL, Slot.STATE, Slot.SEVERITY, Slot.SWITCH})


def clauses(line: Line, mentions: Sequence[Mention]) -> tuple[Clause, ...]:
    """Return the clauses in order. A break inside a query or a quotation is none."""
    closed = [m for m in mentions if m.slot in _CLOSED]
    matters = {m.start for m in mentions if m.slot is Slot.MATTER}
    found: list[Clause] = []
    start = 0
    for match in _BREAK.finditer(line.lower):
        inside = any(m.start < match.end() and match.start() < m.end for m in closed)
        if not inside and match.end() not in matters and match.start() > start:
            found.append(_clause(line, start, match.start()))
            start = match.end()
    found.append(_clause(line, start, len(line.text)))
    return tuple(clause for clause in found if clause.start < clause.end)


def _clause(line: Line, start: int, end: int) -> Clause:
    lead = _LEAD.match(line.lower, start, end)
    asks = line.text[start:end].rstrip(" !.").endswith("?")
    return Clause(lead.end() if lead else start, end, asks)


def mood(
    line: Line, mentions: Sequence[Mention], parts: Sequence[Clause], verbs: Collection[str]
) -> tuple[Mood, Clause | None]:
    """Return what kind of act the line is, and the clause that makes it an order.

    `parts` are the line's clauses; `verbs` are the bare forms with which people begin an order.
    """
    opened = [clause for clause in parts if _begins_with_a_verb(line, clause, verbs)]
    ordering = next(
        (clause for clause in opened if _names_something(clause, mentions)), opened[-1] if opened else None
    )
    fragment = ordering or next((clause for clause in parts if _is_fragment(line, clause, mentions)), None)
    if fragment is None:
        asked = any(clause.asks for clause in parts)
        return (Mood.QUESTION if asked or _opens_a_question(line) else Mood.STATEMENT), None
    against = doubt(line, mentions, fragment)
    if against is not None:
        return against, fragment
    return (Mood.ORDER if ordering else Mood.FRAGMENT), fragment


def doubt(line: Line, mentions: Sequence[Mention], clause: Clause) -> Mood | None:  # noqa: PLR0911 - one a doubt
    """Return what stands against taking the clause for an order, or None."""
    text = _own_words(line, mentions)
    if _REPORTED.search(_POLITE_IF.sub(" ", text)):
        return Mood.REPORTED
    if _CONDITIONAL.search(_POLITE_IF.sub(" ", text)):
        return Mood.CONDITIONAL
    if _FORBIDDEN.search(_STATED_NOT.sub(" ", _ABOUT_PAGES.sub(" ", text))):
        return Mood.FORBIDDEN
    if _STOPPED.search(text):
        return Mood.FORBIDDEN
    if _is_spoken(text[: clause.start]) and not _is_heading(line, clause, mentions):
        return Mood.REPORTED
    if _TAKEN_BACK.search(text[clause.start :]):
        return Mood.STATEMENT
    if _LATER.search(_POLITE_IF.sub(" ", text[clause.start : clause.end])) or _is_for_later(
        line, clause, mentions
    ):
        return Mood.LATER
    if _WAITS.match(_POLITE_IF.sub(" ", text[clause.end :])):
        return Mood.LATER
    if clause.asks and not _is_request(line, clause):
        return Mood.QUESTION
    return None


def denies(line: Line, mentions: Sequence[Mention], clause: Clause) -> bool:
    """Return whether a clause says that something is not so; "sev3, not sev2" says what is."""
    text = _own_words(line, mentions)[clause.start : clause.end]
    return _DENIED.search(_CONTRASTED.sub("", text)) is not None


def _own_words(line: Line, mentions: Sequence[Mention]) -> str:
    """Return the line with names and values blanked: a flag called `if-needed` is no condition."""
    text = line.lower
    for mention in mentions:
        if mention.slot not in LITERAL:
            text = text[: mention.start] + "#" * (mention.end - mention.start) + text[mention.end :]
    return text


def _is_for_later(line: Line, clause: Clause, mentions: Sequence[Mention]) -> bool:
    """Return whether the order names a delay, or follows one: "in ten minutes, restart checkout"."""
    delays = [m for m in mentions if m.slot is Slot.DURATION and _IN_A_WHILE.search(line.lower[: m.start])]
    return any(clause.start <= m.start < clause.end or not line.text[: m.start - 3].strip() for m in delays)


def _is_spoken(before: str) -> bool:
    """Return whether what stands before an order ends in a colon, but for words such as "please", and is a source.

    "Alert text: please restart" is what an alert says; "ok team: please restart" is said by whoever speaks.
    """
    if (colon := _LAST_COLON.search(before)) is None:
        return False
    head, lead = before[: colon.start()], before[colon.start() + 1 :]
    if not lead.strip():
        return True
    return _LEAD.fullmatch(lead) is not None and not (_LEAD.fullmatch(head) or _ADDRESSED.fullmatch(head))


def _is_heading(line: Line, clause: Clause, mentions: Sequence[Mention]) -> bool:
    """Return whether what stands before a colon is a name of ours: "production: restart payments"."""
    before = line.lower[: clause.start].rpartition(":")[0].rstrip(" :")
    words = [word for word in line.words if word.end <= len(before)]
    return all(any(m.start <= word.start and word.end <= m.end for m in mentions) for word in words)


def _names_something(clause: Clause, mentions: Sequence[Mention]) -> bool:
    return any(clause.start <= m.start and m.end <= clause.end for m in mentions if m.slot not in LITERAL)


def _is_request(line: Line, clause: Clause) -> bool:
    before = line.lower[max(0, clause.start - 24) : clause.start]
    if re.search(r"\bcan (?:we|i)\s*$", before):
        return re.search(r"\b(?:please|pls)\b", line.lower[clause.start :]) is not None
    return (
        re.search(r"\b(?:can|could|would|will) (?:you|u|someone|somebody)\b|\bmind\s*$|please", before) is not None
    )


def _begins_with_a_verb(line: Line, clause: Clause, verbs: Collection[str]) -> bool:
    word = line.word_after(clause.start)
    inside = (w.lower for w in line.words if clause.start <= w.start and w.end <= clause.end)
    if word.endswith("ing") and any(w in _ABOUT_DOING for w in inside):
        return False  # "taking command is hard"
    if word in verbs or _ABOUT_PAGES.match(line.lower, clause.start):
        return True
    after_mind = re.search(r"\bmind\s*$", line.lower[: clause.start]) is not None
    return after_mind and word.endswith("ing")


def _is_fragment(line: Line, clause: Clause, mentions: Sequence[Mention]) -> bool:
    if clause.asks:
        return False
    words = [word for word in line.words if clause.start <= word.start and word.end <= clause.end]
    names = [mention for mention in mentions if mention.slot not in LITERAL]
    wished = _WISH.search(line.lower, 0, clause.start) is not None
    free = [w.lower for w in words if not any(m.start <= w.start and w.end <= m.end for m in names)]
    if (
        len(free) == len(words)
        or _only_an_id(clause, names, free)
        or (words[0].lower in _NOUN_FIRST and not wished)
    ):
        return False
    return not any(word in _FINITE or (word.endswith(("ed", "ing")) and not wished) for word in free)


def _only_an_id(clause: Clause, names: Sequence[Mention], free: Sequence[str]) -> bool:
    """Return whether a clause says no more than which one is meant, as "id 1234" does: that orders nothing."""
    inside = {mention.slot for mention in names if clause.start <= mention.start and mention.end <= clause.end}
    return inside <= {Slot.IDENTIFIER, Slot.NUMBER} and all(word in FUNCTION | KINDS for word in free)


def _opens_a_question(line: Line) -> bool:
    return line.word_after(0) in _FINITE
