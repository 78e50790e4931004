"""Phrasings for tools, from what people accepted. Pure.

A lesson is never an argument: names and values are gaps. What was pasted, what leans on the talk before, and what
holds a secret, an address or what may be somebody's name teaches nothing. What people rejected holds it back.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta

from agents.interpreter.masking import gaps
from agents.profiles.detecting import detected
from agents.teaching.turns import PastTurn, Said
from memory.model.value import Identifier, Value

MOST = 50  # lessons of one gathering, those with most turns behind them
MOST_TURNS = 20
FEWEST_WORDS, MOST_WORDS = 2, 25
EDITED_WITHIN = timedelta(minutes=10)

_GAP = re.compile(r"\{\w+\}")
_WORD = re.compile(r"[^\W\d_]+")
_NAMES = re.compile(r"\b[A-Z][a-z]+\b")
_SENTENCE_END = ".!?"


class Lesson(Value):
    """A phrasing, the tool it asks for, and the messages that show it."""

    phrasing: str
    tool: Identifier
    turns: tuple[Identifier, ...]


def lessons(
    turns: Sequence[PastTurn], phrasing: Callable[[str], str], offered: Collection[str]
) -> tuple[Lesson, ...]:
    """Return what the turns, oldest first, teach of the tools that are `offered`, most often shown first.

    `phrasing` puts gaps in place of names and values, and gives nothing for what was pasted.
    """
    shown: dict[tuple[str, str], list[str]] = defaultdict(list)
    against: Counter[tuple[str, str]] = Counter()
    for turn, tool, right in _signals(turns):
        words = teachable(turn.text, phrasing)
        if not words or tool not in offered:
            continue
        if right:
            shown[words, tool].append(turn.id)
        else:
            against[words, tool] += 1
    kept = [
        Lesson(phrasing=words, tool=tool, turns=tuple(ids[-MOST_TURNS:]))
        for (words, tool), ids in shown.items()
        if len(ids) > against[words, tool] and _is_plain(words, tool, shown)
    ]
    return tuple(sorted(kept, key=lambda each: (-len(each.turns), each.phrasing, each.tool))[:MOST])


def teachable(text: str, phrasing: Callable[[str], str]) -> str:
    """Return a message as a phrasing that may be kept; empty where it may not."""
    if "{" in text or "}" in text or detected(text):
        return ""
    words = " ".join(phrasing(text).split())
    bare = _GAP.sub(" ", words)
    if not FEWEST_WORDS <= len(words.split()) <= MOST_WORDS or not _WORD.search(bare):
        return ""
    if detected(bare) or any(char.isdigit() for char in bare) or _may_name(words):
        return ""
    gaps(words)
    return words.lower()


def _may_name(words: str) -> bool:
    """Return whether a capital letter stands where no sentence begins: it may be somebody's name."""
    for match in _NAMES.finditer(words):
        before = words[: match.start()].rstrip()
        if before and before[-1] not in _SENTENCE_END:
            return True
    return False


def _is_plain(words: str, tool: str, shown: dict[tuple[str, str], list[str]]) -> bool:
    """Return whether the words were accepted for no other tool as often."""
    most = len(shown[words, tool])
    return all(len(ids) < most for (said, other), ids in shown.items() if said == words and other != tool)


def _signals(turns: Sequence[PastTurn]) -> Iterator[tuple[PastTurn, str, bool]]:
    """Yield which turn shows which tool to be right, or wrong. What was said anew teaches what was said before."""
    later: dict[tuple[str, str], PastTurn] = {}
    found: list[tuple[PastTurn, str, bool]] = []
    for turn in reversed(turns):
        talk = (turn.thread, turn.sender)
        meant = _edited(turn, later.get(talk))
        if meant:
            found.append((turn, meant, True))
            if turn.said is Said.WRONG and turn.tool != meant:
                found.append((turn, turn.tool, False))
        elif turn.tool and not turn.leans and not turn.asked_back and turn.said is not Said.NOTHING:
            found.append((turn, turn.tool, turn.said is Said.RIGHT))
        later[talk] = turn
    yield from reversed(found)


def _edited(turn: PastTurn, after: PastTurn | None) -> str:
    """Return the tool that the same person's next words, which were accepted, show this turn to have meant.

    Only one that was thought of at the time: the next words may be about something else altogether.
    """
    if after is None or after.said is not Said.RIGHT or turn.leans or turn.said is Said.RIGHT:
        return ""
    if not (turn.asked_back or turn.said is Said.WRONG) or after.at - turn.at > EDITED_WITHIN:
        return ""
    return after.tool if after.tool in {turn.tool, *turn.thought_of} else ""
