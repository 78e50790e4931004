"""A timeline entry as clauses: short stretches of its own words, each told for what it does in the story. Pure.

Nothing is reworded: links lose their addresses and code its fences, and what is too long is cut between words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.summaries.lexicon import INTENTIONS, NEGATIONS, Role, listed
from agents.summaries.words import index, tokens
from agents.untrusted import stripped

MOST_CLAUSES = 12  # of one entry
LONGEST = 280  # characters of a clause
_LEAST = 14  # characters; less is a heading, and goes with what follows it
_LEAST_WORDS = 3
_DONE = ("ed", "es", "s", "back")  # how a verb ends that tells of something done
_PAST = frozenset({"ran", "rebuilt", "brought", "undid", "put", "reset", "hotfix"})
_A_COMMAND = 48  # characters that are kept of one that stands in a text
_A_PAGE = 50  # characters, from which a line without an end was broken to fit a page
_ALTERED = listed("changed introduced added removed updated switched moved replaced enabled disabled turned")
_PASSIVE = (("was",), ("were",), ("got",))
_DATED = listed("by in on yesterday last")
_DROPPED = frozenset({("dropping", "the"), ("dropping", "a"), ("falling", "over")})
_CHANGES = listed("release version build commit deploy deployment migration patch upgrade change pr")
_OPENING = 4  # words of a clause in which an -ing form is somebody doing it
_NEAR = 3  # words between a negation or an intention and what it is about
_BRIEF = 2  # words in which `looking` is somebody's work, and no comparison
_CURT = 5  # words in which `not the disk` clears the disk
_REMEMBERED = 4096  # texts; a storm of alerts says the same again and again

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)\s]*\)|\[[^\]]*\])")
_VERB = re.compile(r"\b(?:GET|POST|PUT|DELETE|PATCH|HEAD)\b")  # of HTTP: no deed of anybody's
_ADDRESS = re.compile(r"<?https?:\s?(?://)?\S+>?")
_MARK = re.compile(r"[*_]{2,}|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_BACK_TO = re.compile(  # `back to 400 ms`; what is rolled back goes to a version
    r"(?<!roll )(?<!rolls )(?<!rolled )(?<!rolling )\b(?:back|recovered|returned) (?:to|below|under|at) "
    r"[~≈]?\d(?![\d.]*\.\d+\.)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,;:\-]+$|\d[\d.,:/\-]*$"
)  # what must not end a text that is cut: half a number is another one
_CODE = re.compile(r"`([^`\n]{60,})`")
_RULE = re.compile(r"^\s*#+\s+", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*•\u2013]|\d+[.)])\s+")
_END = re.compile(
    r"(?<=[.!?])[\"'”)]*\s+(?=[\"'“(`]?[A-Z0-9`@#])|(?<=[a-z0-9)%][.!?])\s+(?=[a-z]+\b[^.])|\n+|;\s+"
)
_TAIL_OF = re.compile(  # what says of the words before it what they are
    r"(?:(?:and )?(?:this|that|it)(?: i|['\u2019]?)s |here is )?(?:the |our |a )?(?:(?:likely|probable) )?"
    r"(?:root cause|cause|culprit|trigger)[.!]?",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|approx|vs|etc|ca|no|Mr|Ms|Dr|St)\.$", re.IGNORECASE)

_NEGATABLE = frozenset(
    {Role.IMPACT, Role.BETTER, Role.RESOLVED, Role.MITIGATED, Role.CAUSE, Role.DECLARED, Role.LUCK, Role.ACTION}
)
_INTENDED = frozenset({Role.ACTION, Role.RESOLVED, Role.MITIGATED, Role.BETTER, Role.CAUSE, Role.DECLARED})
_NEWS = frozenset({Role.RESOLVED, Role.MITIGATED, Role.DECLARED, Role.BETTER})
_DENIED = {Role.BETTER: Role.SAME, Role.RESOLVED: Role.SAME, Role.MITIGATED: Role.SAME}


@dataclass(frozen=True)
class Clause:
    """A stretch of an entry's words. `strength` counts how many words of the lexicon speak for each role."""

    text: str
    strength: dict[Role, int]

    def is_(self, *roles: Role) -> bool:
        """Return whether it does any of these."""
        return not self.strength.keys().isdisjoint(roles)

    def better(self) -> bool:
        """Return whether it says that things work again, and does not say in the same breath that they do not."""
        good = self.strength.get(Role.BETTER, 0)
        return good > 0 and good >= self.strength.get(Role.SAME, 0) and not self.is_(Role.WORSE)


@lru_cache(maxsize=_REMEMBERED)
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text, at most twelve."""
    found = []
    for stretch in _stretches(text):
        found.append(Clause(text=stretch, strength=strengths(stretch)))
        if len(found) == MOST_CLAUSES:
            break
    return tuple(found)


def cleaned(text: str) -> str:
    """Return the text without fences, marks and addresses, and with long code cut short."""
    text = _FENCE.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _CODE.sub(lambda found: f"`{clipped(found[1], _A_COMMAND)}`", _RULE.sub("", text))
    return _MARK.sub("", _ADDRESS.sub("", text))


def clipped(text: str, most: int = LONGEST) -> str:
    """Return the text as one line of at most so many characters, cut between words."""
    line = stripped(text, 4 * most)
    if len(line) <= most:
        return line
    whole = line[: most - 1].rsplit(" ", 1)[0]
    return f"{_TAIL.sub('', whole)}…"


def strengths(text: str) -> dict[Role, int]:
    """Return how many words and phrases of the lexicon speak for each role."""
    words, phrases = tokens(_VERB.sub("http", text)), index()
    found: dict[Role, int] = {}
    for place, word in enumerate(words):
        for phrase, role in phrases.get(word, ()):
            if words[place : place + len(phrase)] != phrase:
                continue
            meant = _meant(role, words, place)
            if meant is not None:
                found[meant] = found.get(meant, 0) + 1
    if _BACK_TO.search(text):
        found[Role.BETTER] = found.get(Role.BETTER, 0) + 1
    if words and len(words) <= _BRIEF and words[0] == "looking":
        found[Role.RESPONSE] = found.get(Role.RESPONSE, 0) + 1
    if len(words) <= _CURT and words[:2] == ("not", "the"):
        found[Role.RULED_OUT] = found.get(Role.RULED_OUT, 0) + 1
    if text.rstrip().endswith("?"):
        found[Role.QUESTION] = found.get(Role.QUESTION, 0) + 1
    return found


def _meant(role: Role, words: tuple[str, ...], place: int) -> Role | None:
    """Return what a phrase means after the words before it: `not fixed` is no recovery."""
    before = words[max(0, place - _NEAR) : place]
    denied = before[-1:] if role is Role.CAUSE else before
    if role in _NEGATABLE and not NEGATIONS.isdisjoint(denied):
        return _DENIED.get(role)
    done = words[place].endswith(_DONE) or words[place] in _PAST
    if role is Role.BETTER and words[place : place + 2] in _DROPPED:
        return None  # `dropping the slot` is done by somebody, `dropping` by itself gets better
    if role is Role.ACTION and words[place] in _ALTERED and _is_told_of(words, place):
        return Role.CHANGE  # `v2.31.0 changed the pool`, `was changed by terraform`: nobody did that just now
    if role is Role.ACTION and place >= _OPENING and not done:
        return None  # `the restart`, `users deploying`: a thing, or what others do
    if role in _INTENDED and (before[-1:] == ("to",) or not INTENTIONS.isdisjoint(before)):
        return Role.PLAN if role is Role.ACTION else None
    return role


def _is_told_of(words: tuple[str, ...], place: int) -> bool:
    """Return whether a verb tells of what had been changed: by a release, or by whom or when follows at once."""
    before, after = words[max(0, place - _NEAR) : place], words[place + 1 : place + 1 + _NEAR]
    return _is_a_change(before) or (before[-1:] in _PASSIVE and not _DATED.isdisjoint(after))


def _is_a_change(before: tuple[str, ...]) -> bool:
    """Return whether what stands before a verb is a release or the like, or the number of one."""
    named = before[-1:] and before[-1][0].isdigit() and ":" not in before[-1]
    numbered = named and (len(before) > 1 or before[-1].count(".") > 1)
    return not _CHANGES.isdisjoint(before[-1:]) or bool(numbered)


def _stretches(text: str) -> Iterator[str]:
    kept, last = "", ""
    for line in _END.split(_unwrapped(cleaned(text))):
        part = f"{kept} {_BULLET.sub('', line)}".strip()
        if last and not kept and _TAIL_OF.fullmatch(part):
            last = f"{last} {part}"
            continue
        if last:
            yield clipped(last)
            last = ""
        if _is_heading(part):
            kept = part
            continue
        kept, last = "", part
    yield from (clipped(each) for each in (last, kept) if each)


def _unwrapped(text: str) -> str:
    """Return the text with lines joined that were only broken to fit a page."""
    lines = text.split("\n")
    found = lines[:1]
    for line in lines[1:]:
        before = found[-1].rstrip()
        wrapped = len(before) >= _A_PAGE and before[-1] not in ".!?:;"
        if line.strip() and before and not _BULLET.match(line) and (wrapped or line.lstrip()[0].islower()):
            found[-1] = f"{before} {line.strip()}"
        else:
            found.append(line)
    return "\n".join(found)


def _is_heading(part: str) -> bool:
    """Return whether a part goes with the next one: it is short and no news by itself, or it is not at its end."""
    short = len(part) < _LEAST or len(part.split()) < _LEAST_WORDS
    return _unfinished(part) or (short and _NEWS.isdisjoint(strengths(part)))


def _unfinished(part: str) -> bool:
    return part.endswith(":") or _ABBREVIATION.search(part) is not None
