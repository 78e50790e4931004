"""How good the summaries are: facts covered, citations valid, claims without support, beside plain baselines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agents.summaries import Document, Story, living, review, understand
from agents.summaries.given import Given, given
from tests.eval.faithful import unsupported
from tests.eval.postmortems import Fact, Half, Matter, PostMortem, postmortems

COVERED = 0.5  # of a fact's words that one sentence must hold
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[a-z]{3,}|\d[\d.,:%]*")
_ENDING = re.compile(r"(?:ing|ed|es|s|ly)$")
_SMALL = frozenset(
    [
        "the",
        "and",
        "was",
        "were",
        "for",
        "that",
        "this",
        "with",
        "from",
        "are",
        "has",
        "had",
        "have",
        "been",
        "not",
        "but",
        "all",
        "into",
        "our",
        "out",
        "its",
        "their",
        "they",
        "there",
        "when",
        "which",
        "who",
        "will",
        "would",
        "could",
        "should",
        "did",
        "does",
        "also",
        "due",
        "via",
        "per",
        "any",
        "some",
        "more",
        "than",
        "then",
        "over",
        "after",
        "before",
        "about",
        "because",
        "while",
    ]
)
_TIME_WORDS = {
    "detected": ("first sign", "noticed", "began", "detected", "alert", "report", "observed"),
    "declared": ("declare",),
    "repaired": ("mitigated", "recovered", "working again", "lasted", "repaired", "restored"),
    "resolved": ("resolved", "ended"),
}


@dataclass(frozen=True)
class Told:
    """One sentence of whatever is judged, and the positions of the entries it cites."""

    text: str
    cites: tuple[int, ...]


System = Callable[[PostMortem], Sequence[Told]]


@dataclass
class Score:
    """What came of one system on one half."""

    name: str
    incidents: int = 0
    sentences: int = 0
    words: int = 0
    of_words: int = 0
    citations: int = 0
    invalid: int = 0  # citations of what there is not
    without: int = 0  # sentences that say more than they cite
    covered: dict[Matter, int] = field(default_factory=dict)
    reachable: dict[Matter, int] = field(default_factory=dict)
    asked: dict[Matter, int] = field(default_factory=dict)
    missed: list[tuple[str, str]] = field(default_factory=list)
    unsupported: list[tuple[str, str, str]] = field(default_factory=list)

    def hits(self) -> int:
        """Return how many facts were covered."""
        return sum(self.covered.values())

    def reachable_facts(self) -> int:
        """Return how many facts the timelines hold."""
        return sum(self.reachable.values())

    def facts(self) -> int:
        """Return how many facts were asked for."""
        return sum(self.asked.values())

    def plain(self) -> dict[str, object]:
        """Return the counts, without a line of what was judged."""
        return {
            "name": self.name,
            "incidents": self.incidents,
            "sentences": self.sentences,
            "words": self.words,
            "of_words": self.of_words,
            "citations": self.citations,
            "citations_invalid": self.invalid,
            "without_support": self.without,
            "covered": {matter.value: count for matter, count in self.covered.items()},
            "reachable": {matter.value: count for matter, count in self.reachable.items()},
            "asked": {matter.value: count for matter, count in self.asked.items()},
        }


def account(post: PostMortem) -> Given:
    """Return what the summariser is given: times and texts, and nothing else."""
    rows = [{"time": time, "text": text} for time, text in post.timeline]
    return given({"input_timeline": rows}, NOW)


def _document(make: Callable[[Story], Document]) -> System:
    def told(post: PostMortem) -> Sequence[Told]:
        found = account(post)
        document = make(understand(found.account))
        return [
            Told(each.text, tuple(found.positions[cite] for cite in each.citations))
            for each in document.sentences()
        ]

    return told


def lead(post: PostMortem) -> Sequence[Told]:
    """Return the first three entries as they stand."""
    return [each for place in range(min(3, len(post.timeline))) for each in _sentences(post, place)]


def numbered(post: PostMortem) -> Sequence[Told]:
    """Return the entries that hold a number."""
    places = [place for place, (_, text) in enumerate(post.timeline) if re.search(r"\d", text)]
    return [each for place in places for each in _sentences(post, place)]


def everything(post: PostMortem) -> Sequence[Told]:
    """Return the whole timeline, than which no summary of quoted sentences can do better."""
    return [each for place in range(len(post.timeline)) for each in _sentences(post, place)]


def _sentences(post: PostMortem, place: int) -> Sequence[Told]:
    """Return an entry sentence by sentence: a long paragraph holds half the words of many a fact by its length."""
    time, text = post.timeline[place]
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z`\"(])|\n\s*\n|\n(?=\s*[-*] )", text)
    return [Told(f"{time} {part.strip()}", (place,)) for part in parts if part.strip()]


SYSTEMS: dict[str, System] = {
    "living": _document(living),
    "review": _document(review),
    "lead-3": lead,
    "entries with numbers": numbered,
    "the whole timeline": everything,
}


def evaluate(half: Half) -> tuple[Score, ...]:
    """Return the score of each system on a half."""
    posts = postmortems(half)
    return tuple(_scored(name, system, posts) for name, system in SYSTEMS.items())


def _scored(name: str, system: System, posts: Sequence[PostMortem]) -> Score:
    score = Score(name)
    for post in posts:
        told = system(post)
        score.incidents += 1
        score.sentences += len(told)
        score.words += sum(len(each.text.split()) for each in told)
        score.of_words += sum(len(text.split()) for _, text in post.timeline)
        _count_support(score, post, told)
        for fact in post.facts:
            _count_fact(score, post, fact, told)
    return score


def _count_support(score: Score, post: PostMortem, told: Sequence[Told]) -> None:
    for each in told:
        valid = [place for place in each.cites if 0 <= place < len(post.timeline)]
        score.citations += len(each.cites)
        score.invalid += len(each.cites) - len(valid)
        cited = [
            {"time": post.timeline[place][0], "author": "", "text": post.timeline[place][1]} for place in valid
        ]
        cited = [{**entry, "day": _day(post, place)} for entry, place in zip(cited, valid, strict=True)]
        wrong = unsupported(each.text, cited)
        if wrong:
            score.without += 1
            score.unsupported.append((post.name, each.text, wrong[0]))


def _day(post: PostMortem, place: int) -> str:
    """Return the date an entry is of: its own, or that of the last one before it that has one."""
    found = account(post)
    moments = {found.positions[entry.id]: entry.at for entry in found.account.timeline}
    return f"{moments[place]:%Y-%m-%d}"


def _count_fact(score: Score, post: PostMortem, fact: Fact, told: Sequence[Told]) -> None:
    for counts in (score.covered, score.reachable, score.asked):
        counts.setdefault(fact.matter, 0)
    score.asked[fact.matter] += 1
    reachable = _reachable(post, fact)
    score.reachable[fact.matter] += reachable
    covered = any(_covers(each.text, fact) for each in told)
    score.covered[fact.matter] += covered and reachable
    if reachable and not covered:
        score.missed.append((post.name, fact.text))


def _reachable(post: PostMortem, fact: Fact) -> bool:
    if fact.time:
        return any(fact.time in _clock(time) for time, _ in post.timeline)
    return any(_share(fact.text, text) >= COVERED for _, text in post.timeline)


def _covers(text: str, fact: Fact) -> bool:
    if fact.time:
        lowered = text.lower()
        return fact.time in _clock(text) and any(word in lowered for word in _TIME_WORDS[fact.role])
    return _share(fact.text, text) >= COVERED


def _clock(text: str) -> str:
    return re.sub(r"\b(\d[:.]\d\d)", r"0\1", text).replace(".", ":")


def _share(fact: str, text: str) -> float:
    """Return how much of a fact's words a text holds."""
    wanted = _stems(fact)
    return len(wanted & _stems(text)) / len(wanted) if wanted else 0.0


def _stems(text: str) -> frozenset[str]:
    found = _WORD.findall(re.sub(r"\]\([^)]*\)|https?:\S+", "", text).lower())
    return frozenset(_ENDING.sub("", word.strip(".,:")) for word in found if word not in _SMALL)
