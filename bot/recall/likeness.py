"""How something remembered compares with what is asked about: what is alike, what differs, and what to beware of.

Pure.

It says only what can be seen in both: words, services, the environment, how long ago. It judges no cause, but says
where the same looks had different causes before.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.recall.shelf import MEANT, shortened
from memory.embedding import Embedder
from memory.model.memory import Memory, MemoryKind
from memory.recall.entry import Hit, Query
from memory.recall.recalling import Remembered
from memory.recall.sections import parts
from memory.recall.terms import STOP, spaced, stem
from tools.wording import many

MOST_WORDS = 5
SAME_CAUSE = 0.55  # cosine: two sentences about one cause; two different ones are mostly below 0.45
OLD = timedelta(days=365)
_WORD = re.compile(r"[^\W\d_]{4,}")
_TELLS_NOTHING = frozenset({"incident", "incidents", "review", "corrected"})  # of what is remembered
_SAYS_SOMETHING = 25  # characters of a part that is worth showing


def compared(hit: Hit, memory: Memory, query: Query, environment: str | None, now: datetime) -> Remembered:
    """Return a memory beside the question.

    Its warning is about it alone; see `warned` for all of them together.
    """
    return Remembered(
        memory=memory.id,
        kind=memory.kind,
        subject=memory.subject,
        title=memory.title,
        at=memory.at,
        score=round(hit.score, 3),
        excerpt=_excerpt(memory.text, hit.part),
        alike=tuple(_alike(hit, memory, query, environment)),
        differs=tuple(_differs(memory, query, environment, now)),
        cause=memory.cause,
        fixed_by=memory.fix,
        warning=_alone(memory, now),
    )


def _excerpt(text: str, number: int) -> str:
    """Return the part that is nearest, or where that says next to nothing, the first that says more."""
    inside = [part.text for part in parts(text)]
    if not 0 < number <= len(inside):
        return ""
    nearest = inside[number - 1]
    return shortened(next((each for each in (nearest, *inside) if len(each) >= _SAYS_SOMETHING), nearest))


def warned(found: Sequence[Remembered], embedder: Embedder) -> tuple[Remembered, ...]:
    """Return them with a warning at each whose cause was another than the best one's.

    The same looks, not the same.
    """
    caused = [each for each in found if each.cause and each.kind in {MemoryKind.INCIDENT, MemoryKind.REVIEW}]
    if len(caused) < 2:  # noqa: PLR2004  # one cause cannot contradict itself
        return tuple(found)
    first = caused[0]
    vectors = embedder.embed([each.cause for each in caused])
    others = {
        each.memory
        for each, near in zip(caused[1:], vectors[1:] @ vectors[0], strict=True)
        if near < SAME_CAUSE and each.subject != first.subject
    }
    if not others:
        return tuple(found)
    text = "It looked the same, and the cause was another: find out which it is before acting on either."
    marked = others | {first.memory}
    return tuple(
        each.model_copy(update={"warning": f"{text} {each.warning}".strip()}) if each.memory in marked else each
        for each in found
    )


def _alike(hit: Hit, memory: Memory, query: Query, environment: str | None) -> list[str]:
    found = []
    if same := sorted(set(memory.services) & set(query.services)):
        found.append(f"the same service: {', '.join(same)}")
    if environment and memory.environment == environment:
        found.append(f"the same environment: {environment}")
    if hit.features.same_name:
        found.append("the same alert")
    if words := _common(query, memory):
        found.append(f"the same words: {', '.join(words)}")
    if hit.features.meaning >= MEANT:
        return found or ["what is said of it means nearly the same"]
    return found or ["no word of it is the same; it is only the nearest there is"]


def _differs(memory: Memory, query: Query, environment: str | None, now: datetime) -> list[str]:
    found = []
    if memory.services and query.services and not set(memory.services) & set(query.services):
        found.append(f"it was {', '.join(memory.services)}, not {', '.join(query.services)}")
    if environment and memory.environment and memory.environment != environment:
        found.append(f"it was in {memory.environment}, not {environment}")
    if words := _theirs(query, memory):
        found.append(f"its title has {', '.join(words)}, which was not asked about")
    if years := (now - memory.at) // OLD:
        found.append(f"it was {many(years, 'year')} ago")
    return found


def _alone(memory: Memory, now: datetime) -> str:
    if memory.kind not in {MemoryKind.INCIDENT, MemoryKind.REVIEW}:
        return ""
    if not memory.cause:
        return "Its cause was never written down."
    return "Much may have changed since then." if now - memory.at > OLD else ""


def _common(query: Query, memory: Memory) -> list[str]:
    """Return the longest words that both have, as they were said."""
    said, theirs = _stems(_asked(query)), _stems(f"{memory.title} {memory.text}")
    return _longest(said[each] for each in said.keys() & theirs.keys())


def _theirs(query: Query, memory: Memory) -> list[str]:
    """Return the longest words of a memory's title that were not said; none where it has none in common."""
    said, theirs = _stems(_asked(query)), _stems(memory.title)
    only = theirs.keys() - said.keys()
    return _longest(theirs[each] for each in only) if len(only) < len(theirs) else []


def _asked(query: Query) -> str:
    return " ".join((*query.names, query.words))


def _stems(text: str) -> dict[str, str]:
    return {stem(word): word for word in _words(text)}


def _longest(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))[:MOST_WORDS]


def _words(text: str) -> list[str]:
    every = _WORD.findall(spaced(text[:20_000]).lower())
    return [word for word in every if word not in STOP and word not in _TELLS_NOTHING]
